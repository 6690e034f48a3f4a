"""Questions that many services ask: `use: phone` in a definition stands for the one of that name in
`common/questions.yaml`; what stands beside `use` takes the place of its part."""

from pathlib import Path
from typing import Any

import yaml

from kiosk.services.yaml_source import DefinitionError, line_of

FILE = Path("common") / "questions.yaml"


def with_common_questions(data: Any, path: Path, folder: Path) -> Any:
    """The definition in `path` with every `use` resolved from the set in `folder`. Raises DefinitionError."""
    questions = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(questions, list) or not any(isinstance(one, dict) and "use" in one for one in questions):
        return data
    known = _common(folder / FILE)
    return {**data, "questions": [_resolved(one, known, path, at) for at, one in enumerate(questions)]}


def _resolved(question: Any, known: dict[str, Any], path: Path, at: int) -> Any:
    if not isinstance(question, dict) or "use" not in question:
        return question
    name = question["use"]
    if name not in known:
        line = line_of(path, ["questions", at, "use"])
        raise DefinitionError(f"{path}, line {line}: there is no common question {name!r}; known: {', '.join(known)}")
    own = {part: value for part, value in question.items() if part != "use"}
    return {"id": name, **known[name], **own}


def _common(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DefinitionError(f"{path}: cannot be read: {type(error).__name__}") from error
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise DefinitionError(f"{path}: has to map names to questions")
    return found
