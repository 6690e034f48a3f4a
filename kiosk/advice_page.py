"""The page of an honest no: why not, and where, when, with what and by whom instead. Pure."""

from kiosk.pages import Fact, NotEligible
from kiosk.saying import Saying
from kiosk.services.definition import Alternative
from kiosk.session_state import SHEET_WORDS, Print


def advice_page(
    title: str,
    person: str,
    advice: Alternative,
    printed: Print,
    say: Saying,
    next_label: str = "",
    *,
    has_answers: bool = False,
) -> NotEligible:
    """advice: with all texts filled. printed: what became of its sheet. has_answers: something was filled in."""
    return NotEligible(
        title=title,
        person=person,
        back=True,
        next_label=next_label,
        reason=advice.reason,
        facts=[
            Fact(label=say("到哪里办"), value=advice.where),
            Fact(label=say("什么时候"), value=advice.when),
            Fact(label=say("带什么"), value=advice.bring),
            Fact(label=say("问谁"), value=advice.contact),
        ],
        paper=say(SHEET_WORDS[printed]),
        can_print=printed in (Print.NONE, Print.FAILED),
        has_answers=has_answers,
    )
