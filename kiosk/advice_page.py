"""The page of an honest no: why not, and where, when, with what and by whom instead. Pure."""

from kiosk.pages import Fact, NotEligible
from kiosk.receipt import alternative_facts
from kiosk.services.definition import Alternative
from kiosk.session_state import SHEET_WORDS, Print


def advice_page(
    title: str, person: str, advice: Alternative, printed: Print, next_label: str = "", *, has_answers: bool = False
) -> NotEligible:
    """advice: with all texts filled. printed: what became of its sheet. has_answers: something was filled in."""
    return NotEligible(
        title=title,
        person=person,
        back=True,
        next_label=next_label,
        reason=advice.reason,
        facts=[Fact(label=label, value=value) for label, value in alternative_facts(advice)],
        paper=SHEET_WORDS[printed],
        can_print=printed in (Print.NONE, Print.FAILED),
        has_answers=has_answers,
    )
