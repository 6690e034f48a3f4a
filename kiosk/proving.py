"""How a citizen proves more than a card does: by a code, or before the staff's eyes. Whoever has no phone, or gets no
message, goes to the staff; where there are none either, it is done elsewhere."""

from collections.abc import Callable

from kiosk.parts.code import Coding
from kiosk.parts.part import Host
from kiosk.parts.staff import Staff
from kiosk.proof import STAFF, Proof
from offline_cache.assurance import Level


def prove(
    host: Host,
    wanted: Level,
    proved: Callable[[], None],
    not_proved: Callable[[], None],
    back: Callable[[], None],
) -> None:
    """Enters parts until it is settled; none of them is left behind. back: the citizen wants to do something else
    first."""

    def settled(proof: Proof) -> None:
        host.proof = proof
        host.leave_part()
        proved()

    def left(then: Callable[[], None]) -> None:
        host.leave_part()
        then()

    def staff(back_to: Callable[[], None]) -> None:
        title = host.setting.say("请工作人员核对本人")
        host.enter(Staff(host, title, lambda: settled(STAFF), back_to, lambda: left(not_proved)))

    def code() -> None:
        def otherwise() -> None:
            staff(lambda: host.enter(coding))

        coding = Coding(host, lambda given: settled(Proof("card+code", given)), otherwise, lambda: left(back))
        host.enter(coding)

    if wanted == "province":
        left(not_proved)
    elif wanted == "card+code" and host.setting.works().network:
        code()
    else:
        staff(lambda: left(back))
