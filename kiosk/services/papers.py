"""The paper templates of a catalogue's folder, and their translations. Whatever is wrong with a folder's template, the
one that this program came with takes its place: nobody is left without a paper."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from kiosk.services.paper import PAPERS, PaperBlock, PaperLine, PaperTemplate
from kiosk.services.paper_check import check_paper, steps_of
from kiosk.services.translation import Tree, missing, translated
from kiosk.services.yaml_source import DefinitionError, read_yaml, refusal

FOLDER: Final = "papers"
_BUILT_IN: Final = Path(__file__).parent
Papers = Mapping[str, PaperTemplate]
"""By name: all of PAPERS."""


def load_paper(path: Path) -> PaperTemplate:
    """Raises DefinitionError, a line for each finding of the check."""
    template = read_yaml(path, PaperTemplate)
    findings = [(one.where, one.message) for one in check_paper(template)]
    if template.paper != path.stem:
        findings.insert(0, (("paper",), f"is the file's name: {path.stem!r}"))
    if findings:
        raise refusal(path, findings)
    return template


@cache
def built_in_papers() -> Papers:
    """Those that this program came with."""
    return {name: load_paper(_BUILT_IN / FOLDER / f"{name}.yaml") for name in PAPERS}


def own_papers(folder: Path) -> tuple[Papers, list[str]]:
    """The sound ones of this folder, and why others are left out."""
    found, rejected = {}, []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        if path.stem not in PAPERS:
            rejected.append(f"{path}: there is no such paper; known: {', '.join(PAPERS)}")
            continue
        try:
            found[path.stem] = load_paper(path)
        except DefinitionError as error:
            rejected.append(str(error))
    return found, rejected


def all_papers(own: Papers) -> Papers:
    return {**built_in_papers(), **own}


def spoken_papers(own: Papers, path: Path) -> tuple[Papers, list[str]]:
    """All of them in another language. path: the folder's translation of its own papers, which need not exist. What
    its translation gets wrong stays Chinese, and is said."""
    found, rejected = {}, []
    of_built_in = _tree(_BUILT_IN / "translations" / path.parent.name / path.name)
    for name, template in all_papers(own).items():
        try:
            tree = _tree(path) if name in own else of_built_in
            found[name] = _spoken(template, tree, path)
        except DefinitionError as error:
            found[name] = template
            rejected.append(str(error))
    return found, rejected


def untranslated(own: Papers, path: Path) -> list[str]:
    """Sentences about what is not translated, or translated wrongly or for nothing. Raises DefinitionError."""
    tree = _tree(path)
    said = [
        f"{path}: there is no such paper as {name}; known: {', '.join(PAPERS)}" for name in tree if name not in PAPERS
    ]
    for name, template in own.items():
        _spoken(template, tree, path)
        said += [
            f"{path}: {name}.{place} is not translated"
            for place in [*missing(template, _of(tree, name)), *_needless(template.lines, _of(tree, name))]
        ]
    return said


def _spoken(template: PaperTemplate, tree: Tree, path: Path) -> PaperTemplate:
    found = translated(template, _of(tree, template.paper))
    if findings := check_paper(found):
        places = [((template.paper, *steps_of(template, one.where)), one.message) for one in findings]
        raise refusal(path, places)
    return found


def _needless(lines: Sequence[PaperLine], tree: Tree) -> list[str]:
    there, ids = _of(tree, "lines"), {line.id: line for line in lines}
    found = [f"lines.{name} (there is no such line)" for name in there if name not in ids]
    for line in lines:
        if isinstance(line, PaperBlock):
            found += [f"lines.{line.id}.{place}" for place in _needless(line.lines, _of(there, line.id))]
    return found


def _of(tree: Tree, name: str) -> Tree:
    there = tree.get(name)
    return there if isinstance(there, Mapping) else {}


def _tree(path: Path) -> dict[str, Any]:
    return read_yaml(path, dict[str, Any]) if path.exists() else {}
