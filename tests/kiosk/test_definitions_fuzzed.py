"""Definitions, hostile or merely broken: each is refused with a DefinitionError, or can be used, and soon."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.services import answers
from kiosk.services.catalogue import BUILT_IN, load_catalogue, load_region, load_service
from kiosk.services.common_parts import CommonParts
from kiosk.services.exploring import NOW, paths
from kiosk.services.flow import Flow
from kiosk.services.texts import render
from kiosk.services.yaml_source import MAX_ENTRIES, MAX_TEXT, DefinitionError
from tests.kiosk.bounded import bounded

REGION = load_region(BUILT_IN, "qinghe")
COMMON = CommonParts(BUILT_IN)
SOURCES = sorted((BUILT_IN / "catalogue").glob("*.yaml"))
PLAIN = BUILT_IN / "catalogue" / "gaoling-jintie.yaml"
FUZZED = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SMALL = ("gaoling-jintie", "huidian", "laonian-youdaizheng")


class _Dumper(yaml.SafeDumper):
    """What stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dumped(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True)


def known(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def copied(tmp_path: Path) -> Path:
    """A small folder of definitions, to break."""
    folder = tmp_path / "services"
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("common", "regions", "translations"):
        shutil.copytree(BUILT_IN / part, folder / part)
    shutil.copytree(BUILT_IN / "directories", folder / "directories")
    (folder / "catalogue").mkdir()
    for name in SMALL:
        shutil.copy(BUILT_IN / "catalogue" / f"{name}.yaml", folder / "catalogue")
    return folder


def used(path: Path, *, prove: bool = False) -> Flow:
    """Loaded, and walked as a kiosk would."""
    flow = load_service(path, REGION, COMMON, prove=prove)
    _, given, walk = next(paths(flow))
    for question in walk.asked:
        if question.id in given:
            answers.problem(question, given[question.id], NOW.date())
            answers.shown(question, given[question.id])
        render(question.ask + question.help, REGION, "1950-02-28")
    return flow


def usable_or_refused(load: Callable[[], object]) -> None:
    with bounded():
        try:
            load()
        except DefinitionError:
            return


NASTY: list[Any] = [
    None, True, 0, -1,
    2**31, 2**63, 2**70, -(2**70), 10**14, 1.5, 1e300, float("nan"), "", " ", "\0", "\x1b[2J", "\ufeff",
    "x" * (MAX_TEXT + 1),
    "{", "}", "{region.none}", "{turns[999]}", "{turns[region.elder_age]}", "{civil.phone}", "../../etc",
    "yes", "2026-13-45", "10:30", "<<", "=", "*a", "&a", "!!python/object:os.system", "true", "!" * 1000 + "true",
    "age >= 80", "age - 1 > 5", "[1][5] == 1", "age > 99999999999999999999", "(" * 900,
    "phone == 'x'", "account == '1'",
    "(a+)+$", "(a|a)*", ".*" * 60, "a{999}{999}", "[[a]]", "choice", "number", "date", "text", "online", "company",
    [], {}, [[]], [None], {"": ""}, {1: 2}, {None: None}, {True: {}}, {"use": "phone"}, {"use": ["phone"]}, {"id": 1},
    ["x"] * (MAX_ENTRIES + 1), {"otherwise": {}},
]  # fmt: skip
VALUES = st.sampled_from(NASTY) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


def places(data: Any) -> list[tuple[Any, Any]]:
    """Every place in it: the list or map, and the index or key."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = [(data, key) for key, _ in inside]
    return found + [place for holder, key in found for place in places(holder[key])]


def mutate(draw: Callable[[st.SearchStrategy[Any]], Any], data: Any) -> Any:
    """One to four changes anywhere in it."""
    for _ in range(draw(st.integers(1, 4))):
        found = places(data)
        if not found:
            return data
        holder, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["drop", "twice", "value", "value", "swap", "insert", "rename"])):
            case "drop":
                del holder[key]
            case "twice" if isinstance(holder, list):
                holder.insert(key, holder[key])
            case "swap":
                other, name = draw(st.sampled_from(found))
                one, two = holder[key], other[name]
                if not _inside(one, other) and not _inside(two, holder):
                    holder[key], other[name] = two, one
            case "insert" if isinstance(holder, list):
                holder.insert(key, draw(VALUES))
            case "insert" | "twice":
                holder[draw(st.sampled_from(["use", "when", "pattern", "x", 1, None, True]))] = draw(VALUES)
            case "rename" if isinstance(holder, dict):
                holder[draw(st.text(max_size=5) | st.integers() | st.none())] = holder.pop(key)
            case _:
                holder[key] = draw(VALUES)
        data = yaml.safe_load(dumped(data))  # nothing stands in two places
    return data


def _inside(whole: Any, part: Any) -> bool:
    return whole is part or any(holder is part for holder, _ in places(whole))


@FUZZED
@given(st.data())
def test_a_changed_definition_is_refused_or_works(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "changed.yaml"
    source = data.draw(st.sampled_from(SOURCES))
    path.write_text(dumped(mutate(data.draw, known(source))), "utf-8")
    usable_or_refused(lambda: used(path, prove=source.stem in SMALL))


@FUZZED
@given(st.data())
def test_changed_bytes_are_refused_or_work(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "changed.yaml"
    raw = bytearray(PLAIN.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        new = data.draw(st.sampled_from([b"", b"\0", b"\xff", b"{", b"[", b"&a ", b"*a", b"\n", b"\t", b"? ", b"%TAG"]))
        raw[at : at + data.draw(st.integers(0, 3))] = new
    path.write_bytes(raw)
    usable_or_refused(lambda: used(path))


@settings(FUZZED, max_examples=60)
@given(st.data())
def test_changed_regions_common_parts_and_translations_are_refused_or_work(tmp_path: Path, data: st.DataObject) -> None:
    folder = copied(tmp_path)
    files = ["regions/qinghe", "common/questions", "common/materials", "common/consents", "translations/en/common"]
    files += ["translations/en/region-qinghe", *(f"translations/en/{name}" for name in SMALL)]
    path = folder / f"{data.draw(st.sampled_from(files))}.yaml"
    path.write_text(dumped(mutate(data.draw, known(path))), "utf-8")

    def load() -> None:
        catalogue = load_catalogue(folder, "qinghe")
        for spoken in (catalogue, *catalogue.spoken.values()):
            for flow in spoken.flows.values():
                for question in flow.service.questions:
                    render(question.ask, spoken.region, "2000-02-29")

    usable_or_refused(load)
