"""What a second fresh pair of eyes found, and what became of it."""

import pytest

from kiosk.actions import Choose
from kiosk.online import FoundSlots
from kiosk.pages import Guide, NotEligible, Problem
from kiosk.session_state import PHOTO_S, WARNING_S, At
from tests.kiosk.test_assurance import SERVICE
from tests.kiosk.test_online import ID_CARD, agreed, online, through
from tests.kiosk.world import Hand


def test_where_no_staff_are_there_the_reason_is_the_true_one() -> None:
    hand = agreed(through(online(), "daiyu-zige-renzheng", {"phone": "13800000018"})).act(Choose("nobody"))
    assert isinstance(hand.page, NotEligible)
    assert "没有工作人员" in hand.page.reason
    assert "没有读到身份证" not in hand.page.reason


@pytest.mark.parametrize(("service", "wanted"), [("daiyu-zige-renzheng", "工作人员"), (SERVICE, "短信验证码")])
def test_what_more_than_a_card_is_wanted_is_told_before_anything_is_typed(service: str, wanted: str) -> None:
    page = online().act(Choose(service)).page
    assert isinstance(page, Guide)
    assert any(wanted in fact.value for fact in page.facts)


def test_all_times_taken_is_not_told_as_no_network() -> None:
    hand = through(online(), "shenfenzheng-huanbu", ID_CARD)
    hand.answered(FoundSlots([]))
    assert isinstance(hand.page, NotEligible)
    assert "约满了" in hand.page.reason
    other = through(online(), "shenfenzheng-huanbu", ID_CARD)
    other.not_answered("agent.silent")
    assert isinstance(other.page, NotEligible)
    assert "约满了" not in other.page.reason


def test_who_waits_in_vain_for_an_answer_learns_where_else() -> None:
    hand = agreed(through(online(), "shebaoka-guashi", {"phone": "13800000018"}))
    hand.not_answered("agent.silent")
    assert isinstance(hand.page, Problem)
    assert "12333" in hand.page.todo


def test_without_paper_there_is_time_for_a_photograph() -> None:
    hand = Hand()
    hand.submitted()
    hand.session.printed("failed-clean", "printer.paper-out")
    hand.now += PHOTO_S - 1
    hand.session.tick()
    assert hand.session.warning is None
    hand.now += WARNING_S + 1
    hand.session.tick()
    assert hand.session.at is At.ENDED
