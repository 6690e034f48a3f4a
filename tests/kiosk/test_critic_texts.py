"""What the shipped catalogue says is what happens."""

import msgspec
import pytest

from kiosk.effects import PrintPaper
from kiosk.pages import AnyPage, Guide, Result
from kiosk.services.check import check
from tests.kiosk.test_matrix import CATALOGUE, play, ways
from tests.kiosk.world import Hand


def handed_in(service: str) -> tuple[Hand, list[AnyPage], list[str]]:
    """The first way through `service` that ends well, its pages, and the lines of what was printed."""
    flow = CATALOGUE.flows[service]
    way = next(way for way in ways(flow) if way.end == "ready")
    pages: list[AnyPage] = []
    hand = play(flow, way, "present", seen=pages.append)
    printed = [effect.paper for effect in hand.performed if isinstance(effect, PrintPaper)]
    return hand, pages, [line.text for paper in printed for line in paper.lines]


@pytest.mark.parametrize("service", ["canbao-zhengming", "xinyong-fangchan-chaxun"])
def test_a_certificate_that_the_office_makes_later_is_not_promised_at_once(service: str) -> None:
    hand, pages, lines = handed_in(service)
    (guide,) = [page for page in pages if isinstance(page, Guide)]
    facts = {fact.label: fact.value for fact in guide.facts}
    assert facts["打印"] == "一张凭条"
    assert facts["办理时限"].startswith("今天申请")
    assert lines[0] == "申请凭条"
    assert "（做好后，在任何一台通办机领到手机上，或到窗口领）" in lines
    assert isinstance(hand.page, Result)
    assert hand.page.then[0].startswith("凭条不是")
    told = " ".join([*lines, *hand.page.then, *(str(msgspec.to_builtins(page)) for page in pages)])
    assert not [word for word in ("当场打", "取走证明", "打好的纸", "打完") if word in told]


@pytest.mark.parametrize("service", [name for name, flow in CATALOGUE.flows.items() if flow.service.paper != "none"])
def test_what_is_printed_is_what_the_guide_said(service: str) -> None:
    hand, pages, lines = handed_in(service)
    (guide,) = [page for page in pages if isinstance(page, Guide)]
    promised = next(fact.value for fact in guide.facts if fact.label == "打印").removeprefix("一张")
    other = "凭条" if promised == "回执" else "回执"
    assert lines[0].endswith(promised)
    assert isinstance(hand.page, Result)
    assert not [text for text in hand.page.then if f"这张{other}" in text or f"{other}上" in text]


def test_a_paper_that_does_not_go_with_the_act_is_refused() -> None:
    made = msgspec.structs.replace(CATALOGUE.flows["gaoling-jintie"].service, paper="slip")
    (finding,) = check(made, CATALOGUE.region, prove=False)
    assert finding.where == ("paper",)
    assert "prints a receipt" in finding.message
