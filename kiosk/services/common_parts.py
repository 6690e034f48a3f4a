"""Questions, materials and consents that many services share: `use: phone` in a definition stands for the one of that
name in `common/questions.yaml` (`materials.yaml`, `consents.yaml`); what stands beside `use` takes the place of its
part. Questions about a minor's guardian, and the name of somebody without a card, stand in every
definition without being named."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from kiosk.services.exploring import EVERYWHERE
from kiosk.services.yaml_source import read_yaml, refusal

LISTS: Final = ("questions", "materials", "consents")


class CommonParts:
    """Those of one folder; a file is read when the first definition wants something of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "common"
        self.known = cache(self._read)
        """By kind and name, as written."""

    def resolve(self, data: Any, path: Path) -> Any:
        """The definition in `path` with every `use` resolved. Raises DefinitionError."""
        if not isinstance(data, dict):
            return data
        found = dict(data)
        for kind in LISTS:
            if isinstance(parts := data.get(kind), list):
                found[kind] = [self._resolved(kind, one, path, at) for at, one in enumerate(parts)]
        if isinstance(found.get("questions"), list) and found.get("applicant") != "company":
            found["questions"] += [
                {"id": name, **one} for name, one in self.known("questions").items() if name.startswith(EVERYWHERE)
            ]
        return found

    def _resolved(self, kind: str, part: Any, path: Path, at: int) -> Any:
        if not isinstance(part, dict) or "use" not in part:
            return part
        name = part["use"]
        known = self.known(kind)
        if not isinstance(name, str) or name not in known:
            message = f"there is no common one {name!r} in {kind}; known: {', '.join(known)}"
            raise refusal(path, [((kind, at, "use"), message)])
        own = {key: value for key, value in part.items() if key != "use"}
        return {"id": name, **known[name], **own}

    def _read(self, kind: str) -> dict[str, dict[str, Any]]:
        path = self._folder / f"{kind}.yaml"
        return read_yaml(path, dict[str, dict[str, Any]]) if path.exists() else {}
