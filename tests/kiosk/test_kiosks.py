"""What the platform says of some kiosks only wins over the region, the season and use, and hides nothing silently."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.actions import Answer, Back, Choose, Leave, Open, Print, Resume
from kiosk.cli.main import main
from kiosk.diagnosis import of_catalogue
from kiosk.effects import PrintPaper
from kiosk.online import FoundAside
from kiosk.pages import Menu, NotEligible, Search, Services
from kiosk.published import PublishedCatalogue, troubles_of
from kiosk.receipt import CHINA_TIME
from kiosk.services.catalogue import BUILT_IN, Catalogue, load_catalogue
from kiosk.services.finding import Finder
from kiosk.services.flow import Flow
from kiosk.services.kiosks import NO_GROUP, Group, group_of, load_groups
from kiosk.session_state import DraftFound
from kiosk.setting import Setting, Works
from tests.kiosk.bounded import bounded
from tests.kiosk.test_definitions_fuzzed import NASTY, dumped
from tests.kiosk.world import NOW, Hand, built_in

BUILT = built_in()
LOBBIES = Group(
    id="bank-lobbies",
    kiosks=["K0003"],
    first=["dibao", "linshi-jiuzhu"],
    hidden=["hunyin-dengji-yuyue", "danwei-canbao"],
)
HIDDEN = "hunyin-dengji-yuyue"


def grouped(group: Group) -> Catalogue:
    spoken = {name: replace(one, group=group) for name, one in BUILT.spoken.items()}
    return replace(BUILT, group=group, spoken=spoken)


AT_LOBBY = grouped(LOBBIES)


def order(catalogue: Catalogue, used: Mapping[str, int], wall: datetime = NOW) -> list[str]:
    """Before anybody is known."""
    setting = Setting(catalogue, "柳溪镇", lambda: wall, lambda: 0.0, lambda: b"", used)
    return [flow.service.service for flow in setting.offered({})]


# -- the order --


def test_the_kiosks_order_wins_over_the_regions_the_season_and_use() -> None:
    used = {"jumin-yibao-canbao": 10_000}
    closing = next(flow for flow in BUILT.flows.values() if _closes_on(flow))
    wall = _closes_on(closing)
    assert wall is not None
    assert closing.closes_soon(wall)
    assert order(BUILT, used, wall)[0] == "gaoling-jintie", "as the region says"
    found = order(AT_LOBBY, used, wall)
    assert found[:3] == ["dibao", "linshi-jiuzhu", "gaoling-jintie"], "the region's follow"
    assert closing.service.service in found[3:]


def _closes_on(flow: Flow) -> datetime | None:
    season = flow.service.season
    if season is None or flow.service.mode == "online":
        return None
    return datetime.fromisoformat(f"2026-{season.closes}T10:00").replace(tzinfo=CHINA_TIME) - timedelta(days=1)


def test_what_is_both_the_kiosks_and_the_regions_stands_where_the_kiosk_says() -> None:
    group = Group(id="a", kiosks=["K0003"], first=["dibao", "gaoling-jintie", "linshi-jiuzhu"])
    assert order(grouped(group), {})[:3] == group.first


def test_a_kiosk_of_which_nothing_is_said_is_as_the_region_says() -> None:
    assert group_of([LOBBIES], "K0003") == LOBBIES
    for other in ("K0004", "K00031", ""):
        assert group_of([LOBBIES], other) == NO_GROUP


# -- what is hidden --


def lobby(language: str = "zh", works: Works | None = None) -> Hand:
    finder = Finder(AT_LOBBY.findable(language))
    return Hand(catalogue=AT_LOBBY, find=finder.find, language=language, works=works or Works())


def test_hidden_is_on_no_tile_and_not_told_to_passers_by() -> None:
    assert HIDDEN in order(BUILT, {})
    assert not set(LOBBIES.hidden) & set(order(AT_LOBBY, {}))
    hand = lobby().open()
    assert not set(LOBBIES.hidden) & {flow.service.service for flow in hand.session.offered}


@pytest.mark.parametrize(("language", "typed"), [("zh", "结婚"), ("zh", "单位参保"), ("en", "marriage")])
def test_hidden_is_found_and_says_where_it_is_done(language: str, typed: str) -> None:
    hand = lobby(language).open().act(Open("search"), Answer(typed))
    page = hand.page
    assert isinstance(page, Search)
    (row,) = [one for one in page.rows if one.value in LOBBIES.hidden]
    counters = hand.session.setting.catalogue.region.counters
    assert counters[BUILT.flows[row.value].service.counter].name in row.label
    hand.act(Choose(row.value))
    page = hand.page
    assert isinstance(page, NotEligible)
    assert page.reason
    assert all(fact.value for fact in page.facts)
    hand.act(Print())
    paper = hand.one(PrintPaper)
    assert isinstance(paper, PrintPaper)
    assert any(page.facts[0].value[:8] in line.text for line in paper.paper.lines)
    hand.session.printed("confirmed", "")
    hand.act(Back())
    assert isinstance(hand.page, Services)


def test_hidden_stands_under_its_life_event_with_where_it_is_done() -> None:
    hand = lobby().open().act(Open("search"), Choose("event:marriage"))
    page = hand.page
    assert isinstance(page, Search)
    assert [("这里不能办" in row.label) for row in page.rows if row.value == HIDDEN] == [True]


def test_what_was_begun_before_it_was_hidden_says_where_it_goes_on() -> None:
    hand = lobby()
    version = AT_LOBBY.flows[HIDDEN].service.version
    hand.session.opened(0, DraftFound(HIDDEN, version, {}, "", ""))
    page = hand.page
    assert isinstance(page, Services)
    assert page.draft
    hand.act(Resume())
    assert isinstance(hand.page, NotEligible)
    hand.act(Leave())


def test_what_was_put_aside_elsewhere_waits_for_a_kiosk_that_offers_it() -> None:
    for service, taken_up in (("dibao", True), (HIDDEN, False)):
        draft = {"service": service, "version": AT_LOBBY.flows[service].service.version, "answers": {}, "question": ""}
        hand = lobby(works=Works(network=True))
        hand.session.opened(0, None)
        hand.answered(FoundAside(msgspec.msgpack.encode(draft)))
        assert (hand.session.draft is not None) == taken_up


def test_to_be_called_back_is_offered_unless_it_is_hidden() -> None:
    for hidden, offered in ([], ["call", "huidian"]), (["huidian"], ["call"]):
        group = Group(id="a", kiosks=[], hidden=hidden)
        hand = Hand(catalogue=grouped(group)).open().act(Open("help"))
        page = hand.page
        assert isinstance(page, Menu)
        assert [one.value for one in page.options] == offered


# -- what an officer sees --


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped services, to be set for some kiosks."""
    made = tmp_path / "services"
    for name in ("catalogue", "bundles", "common", "directories", "regions", "translations"):
        shutil.copytree(BUILT_IN / name, made / name)
    (made / "kiosks").mkdir()
    return made


def write(folder: Path, *groups: Group) -> Path:
    path = folder / "kiosks" / "qinghe.yaml"
    path.write_text(dumped({"format": 1, "groups": [msgspec.to_builtins(one) for one in groups]}), "utf-8")
    return path


def test_the_list_shows_what_holds_at_a_kiosk(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, LOBBIES)
    assert main(["services", "list", "--folder", str(folder), "--kiosk", "K0003"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "K0003: settings of the group bank-lobbies"
    assert [line.split("@")[0] for line in lines[1:4]] == ["dibao", "linshi-jiuzhu", "gaoling-jintie"]
    assert [line.endswith("[first]") for line in lines[1:4]] == [True, True, False]
    assert all(line.endswith("[hidden]") for line in lines[-2:])
    assert main(["services", "list", "--folder", str(folder), "--kiosk", "K0004"]) == 0
    assert capsys.readouterr().out.startswith("K0004: in no group, as the region says\ngaoling-jintie@")
    assert main(["services", "list", "--folder", str(folder), "--kiosk", "K0003", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["group"] == "bank-lobbies"
    assert {one["service"] for one in told["services"] if one["setting"] == "hidden"} == set(LOBBIES.hidden)


def test_a_technician_sees_the_group_and_the_version() -> None:
    found = of_catalogue(202611241200, "", 0, LOBBIES)
    assert "version 202611241200" in found.detail
    assert "bank-lobbies (first: dibao, linshi-jiuzhu; hidden: hunyin-dengji-yuyue, danwei-canbao)" in found.detail
    assert found.zh == "第 202611241200 版，平台设置“bank-lobbies”"
    assert "group" not in of_catalogue(202611241200, "", 0).detail


# -- what is wrong is said before it is published --

LINES = """format: 1
groups:
  - id: 银行大厅
    kiosks: [K0003, K0007]
    first: [dibao]
    hidden: [hunyin-dengji-yuyue]
  - id: hall
    kiosks: [K0009]
    first: [tuixiu]
"""


@pytest.mark.parametrize(
    ("written", "instead", "line", "said"),
    [
        ("format: 1", "format: 2", 1, "Invalid enum value 2"),
        ("hidden:", "hiden:", 3, "Object contains unknown field `hiden`"),
        ("[dibao]", "[dibau]", 5, "there is no service and no bundle 'dibau'"),
        ("[dibao]", "[tuixiu, dibao, dibao]", 5, "dibao stands twice in `first`"),
        ("[hunyin-dengji-yuyue]", "[dibao]", 6, "dibao stands in `first` and in `hidden`: delete one"),
        ("[hunyin-dengji-yuyue]", "[zhigong-tuixiu]", 6, "zhigong-tuixiu is offered as a part of tuixiu: hide that"),
        ("K0007", "柳溪-7", 4, "'柳溪-7' is no kiosk's id: write it as `central kiosks` lists it, such as K0003"),
        ("K0007", "7", 4, "Expected `str`, got `int`"),
        ("K0007", "K0003", 4, "K0003 is in the group '银行大厅' already: leave it in one"),
        ("K0009", "K0007", 8, "K0007 is in the group '银行大厅' already: leave it in one"),
        ("id: hall", "id: 银行大厅", 7, "the group '银行大厅' stands twice"),
        ("id: hall", "id: ''", 7, "Expected `str` of length >= 1"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    tmp_path: Path, written: str, instead: str, line: int, said: str
) -> None:
    path = tmp_path / "kiosks" / "qinghe.yaml"
    path.parent.mkdir()
    path.write_text(LINES, "utf-8")
    assert load_groups(tmp_path, "qinghe", BUILT.region, BUILT.flows)[1] == []
    assert LINES.count(written) == 1
    path.write_text(LINES.replace(written, instead), "utf-8")
    (trouble,) = load_groups(tmp_path, "qinghe", BUILT.region, BUILT.flows)[1]
    assert trouble.startswith(f"{path}, line {line}: {said}")


def test_a_mistake_is_told_before_publishing_and_no_kiosk_takes_the_set(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _small(folder)
    path = folder / "kiosks" / "qinghe.yaml"
    path.write_text("format: 1\ngroups: [{id: hall, kiosks: [K0003], first: [gaoling-jintie]}]\n", "utf-8")
    stray = path.with_name("qingeh.yaml")
    stray.write_text("groups: []\n", "utf-8")
    assert main(["services", "check", "--folder", str(folder)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said == f"{stray}: is read by no kiosk: name it after its region, one of qinghe.yaml, yunling.yaml"
    assert troubles_of(folder, "qinghe") == []
    stray.unlink()
    path.write_text(path.read_text("utf-8").replace("gaoling", "gaolin"), "utf-8")
    assert main(["services", "check", "--folder", str(folder)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert troubles_of(folder, "qinghe") == [said]
    assert said.startswith(f"{path}, line 2: there is no service and no bundle 'gaolin-jintie'")


def _small(folder: Path) -> None:
    """One service and no bundle: each is proved."""
    shutil.rmtree(folder / "bundles")
    for path in (folder / "catalogue").iterdir():
        if path.stem != "gaoling-jintie":
            path.unlink()


def test_what_the_region_does_without_cannot_be_set(folder: Path) -> None:
    region = folder / "regions" / "qinghe.yaml"
    region.write_text(region.read_text("utf-8") + "without: [dibao]\n", "utf-8")
    write(folder, LOBBIES)
    found = load_catalogue(folder, "qinghe", kiosk="K0003")
    assert [one for one in found.rejected if "dibao is among those that the region is `without`" in one]
    assert found.group == LOBBIES, "the rest of it holds"


def test_a_definition_that_is_broken_is_no_unknown_service(folder: Path) -> None:
    (folder / "catalogue" / "dibao.yaml").write_text("service: dibao\n", "utf-8")
    write(folder, LOBBIES)
    (rejected,) = load_catalogue(folder, "qinghe").rejected
    assert "dibao.yaml" in rejected


# -- whatever stands in the file --


@cache
def texts() -> st.SearchStrategy[Any]:
    names = st.sampled_from(["dibao", HIDDEN, "tuixiu", "none", "../regions/qinghe", "K0003", "K0007", "", "K1"])
    some = st.lists(names, max_size=4) | st.sampled_from(NASTY)
    group = st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "kiosks", "first", "hidden", "more"), some))
    named = st.fixed_dictionaries(
        {"id": st.sampled_from(["a", "b"]), "kiosks": st.lists(names, max_size=4)},
        optional={name: st.lists(names, max_size=4) for name in ("first", "hidden")},
    )
    return st.fixed_dictionaries(
        {"format": st.sampled_from([1, 1, 1, 2])}, optional={"groups": st.lists(named | group)}
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_file_can_be_used_or_is_refused_line_by_line(tmp_path: Path, data: st.DataObject) -> None:
    (tmp_path / "kiosks").mkdir(exist_ok=True)
    path = tmp_path / "kiosks" / "qinghe.yaml"
    try:
        path.write_text(dumped(data.draw(texts())), "utf-8")
    except (yaml.YAMLError, UnicodeEncodeError):
        return
    with bounded():
        groups, troubles = load_groups(tmp_path, "qinghe", BUILT.region, BUILT.flows)
    assert all(re.match(rf"{re.escape(str(path))}(, line \d+)?: ", one) for one in troubles)
    if not troubles:
        kiosks = [kiosk for one in groups for kiosk in one.kiosks]
        assert len({*kiosks}) == len(kiosks)
        assert all(not {*one.first} & {*one.hidden} for one in groups)
    for group in groups:
        offered = order(grouped(group), {})
        assert {*offered} == {*order(BUILT, {})} - {*group.hidden}


def test_the_kiosks_own_id_counts_and_may_change(folder: Path) -> None:
    write(folder, LOBBIES)
    kiosk = [""]
    offered = PublishedCatalogue(lambda: folder, BUILT_IN, "qinghe", lambda: kiosk[0])
    assert offered.load().group == NO_GROUP
    assert offered.newer() is None
    kiosk[0] = "K0003"
    newer = offered.newer()
    assert newer is not None
    assert newer.group == LOBBIES
    assert newer.speaking("en").group == LOBBIES
    assert offered.newer() is None
