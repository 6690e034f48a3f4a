"""Questions, materials and consents that many services share: `use: phone` in a definition stands for the one of that
name in `common/questions.yaml` (`materials.yaml`, `consents.yaml`); what stands beside `use` takes the place of its
part. Questions about a minor's guardian stand in every definition without being named."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from kiosk.services.exploring import MINORS
from kiosk.services.yaml_source import DefinitionError, line_of

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
                {"id": name, **one} for name, one in self.known("questions").items() if name.startswith(MINORS)
            ]
        return found

    def _resolved(self, kind: str, part: Any, path: Path, at: int) -> Any:
        if not isinstance(part, dict) or "use" not in part:
            return part
        name = part["use"]
        known = self.known(kind)
        if not isinstance(name, str) or name not in known:
            line, names = line_of(path, [kind, at, "use"]), ", ".join(map(str, known))
            raise DefinitionError(f"{path}, line {line}: there is no common one {name!r} in {kind}; known: {names}")
        own = {key: value for key, value in part.items() if key != "use"}
        return {"id": name, **known[name], **own}

    def _read(self, kind: str) -> dict[str, Any]:
        path = self._folder / f"{kind}.yaml"
        try:
            found = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)  # the safe one, in C
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise DefinitionError(f"{path}: cannot be read: {type(error).__name__}") from error
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            raise DefinitionError(f"{path}: has to map names to {kind}")
        return found
