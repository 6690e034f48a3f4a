"""The step of an application at which it is signed, where something has to be signed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.applicant import masked_name
from kiosk.application import Application
from kiosk.parts.signing import Signing
from kiosk.parts.staff import Staff
from kiosk.proof import STAFF
from kiosk.services.flow import Ready, Walk
from kiosk.services.signed import ToSign, texts_of, to_sign
from kiosk.session_state import At
from offline_cache.bodies import Signature, Stroke

if TYPE_CHECKING:
    from kiosk.session import Session


class SigningStep:
    """go_on: to the next step, once it is signed."""

    def __init__(self, session: "Session", go_on: Callable[[Application], None]) -> None:
        self._session = session
        self._go_on = go_on

    def begins(self, application: Application) -> bool:
        """False: nothing has to be signed, or it is."""
        walk = application.walk
        what = to_sign(application.service, walk) if isinstance(walk.then, Ready) else None
        if what is None or application.signature is not None:
            return False
        self._show(application, walk, what)
        return True

    def _show(self, application: Application, walk: Walk, what: ToSign) -> None:
        session = self._session

        def signed(strokes: list[Stroke]) -> None:
            settled(Signature(_texts(application, walk), strokes))

        def attested() -> None:
            if session.has_card and not session.helper:
                session.proof = STAFF
            settled(Signature(_texts(application, walk), attested=True))

        def settled(signature: Signature) -> None:
            session.part = None
            application.signature = signature
            self._go_on(application)

        def staff() -> None:
            title = session.setting.say("请工作人员核对本人，念给本人听，看着按指印")
            session.part = Staff(session, title, attested, lambda: self._show(application, walk, what))

        def nobody() -> None:
            if application.service.urgent:
                settled(Signature(_texts(application, walk)))
                return
            application.turn_away(session.setting.say("不会写字的，要工作人员看着按指印，现在这里没有工作人员。"))
            session.part, session.at = None, At.INELIGIBLE

        def back() -> None:
            session.part, session.at = None, At.REVIEW

        helper = masked_name(session.helper.name) if session.helper else ""
        urgent, steps = application.service.urgent, walk.total + 2
        session.part = Signing(session, what, steps, helper, signed, staff, nobody, back, urgent=urgent)


def _texts(application: Application, walk: Walk) -> dict[str, str]:
    parts = [(one.service, one.given or {}) for one in walk.parts if one.state == "ready"]
    found: dict[str, str] = {}
    for service, given in parts or [(application.service, walk.given)]:
        found |= texts_of(service, given)
    return found
