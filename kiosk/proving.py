"""How a citizen proves more than a card does: by a code, or before the staff's eyes. Whoever has no phone, or gets no
message, goes to the staff; where there are none either, it is done elsewhere."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.parts.code import Coding
from kiosk.parts.staff import Staff
from kiosk.proof import STAFF, Proof
from offline_cache.assurance import Level

if TYPE_CHECKING:
    from kiosk.session import Session


def prove(
    session: "Session",
    wanted: Level,
    proved: Callable[[], None],
    not_proved: Callable[[], None],
    back: Callable[[], None],
) -> None:
    """Enters parts until it is settled; none of them is left behind. back: the citizen wants to do something else
    first."""

    def settled(proof: Proof) -> None:
        session.proof = proof
        session.part = None
        proved()

    def left(then: Callable[[], None]) -> None:
        session.part = None
        then()

    def staff() -> None:
        title = session.setting.say("请工作人员核对本人")
        session.part = Staff(session, title, lambda: settled(STAFF), lambda: left(not_proved))

    if wanted == "province":
        left(not_proved)
    elif wanted == "card+code" and session.setting.works().network:
        session.part = Coding(session, lambda given: settled(Proof("card+code", given)), staff, lambda: left(back))
    else:
        staff()
