"""Questions that many services ask: `use: phone` in a definition stands for the one of that name in
`common/questions.yaml`; what stands beside `use` takes the place of its part."""

from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from kiosk.services.yaml_source import DefinitionError, line_of

FILE = Path("common") / "questions.yaml"


class CommonQuestions:
    """Those of one folder; read when the first definition wants one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def resolve(self, data: Any, path: Path) -> Any:
        """The definition in `path` with every `use` resolved. Raises DefinitionError."""
        questions = data.get("questions") if isinstance(data, dict) else None
        if not isinstance(questions, list):
            return data
        return {**data, "questions": [self._resolved(one, path, at) for at, one in enumerate(questions)]}

    def _resolved(self, question: Any, path: Path, at: int) -> Any:
        if not isinstance(question, dict) or "use" not in question:
            return question
        name = question["use"]
        if not isinstance(name, str) or name not in self._known:
            line, known = line_of(path, ["questions", at, "use"]), ", ".join(map(str, self._known))
            raise DefinitionError(f"{path}, line {line}: there is no common question {name!r}; known: {known}")
        own = {part: value for part, value in question.items() if part != "use"}
        return {"id": name, **self._known[name], **own}

    @cached_property
    def _known(self) -> dict[str, Any]:
        try:
            found = yaml.safe_load(self._path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise DefinitionError(f"{self._path}: cannot be read: {type(error).__name__}") from error
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            raise DefinitionError(f"{self._path}: has to map names to questions")
        return found
