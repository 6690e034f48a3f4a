"""What became of a fee, in the words of screen and paper. Pure."""

from dataclasses import dataclass
from typing import Final, Literal

from devices.contract import Line, Paper
from kiosk.pages import CaseRow
from kiosk.receipt import local_time
from kiosk.saying import Saying
from kiosk.services.definition import Alternative
from kiosk.setting import Setting

PAYABLE: Final = ("due", "open", "expired")
"""As kiosk.pages.CaseRow.payment: it can still be paid."""


@dataclass(frozen=True)
class Settled:
    """state: `unsure` where a code was shown and nobody knows yet whether it was paid. fen: the amount, a hundredth of
    a yuan. paid_ms: Unix milliseconds. fen, order, paid_ms: of what was paid."""

    state: Literal["paid", "unpaid", "unsure"]
    fen: int = 0
    order: str = ""
    paid_ms: int = 0


UNPAID: Final = Settled("unpaid")


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def lines(say: Saying, settled: Settled, what: str, otherwise: Alternative) -> list[str]:
    """For screen and paper, the most important first. what: what for. otherwise: filled."""
    if settled.state == "paid":
        return [
            say("已缴费：{what} {yuan}元", what=what, yuan=yuan(settled.fen)),
            say("订单号 {order}，{time}", order=settled.order, time=local_time(settled.paid_ms)),
        ]
    later = say(
        "以后缴：{when}，{where}；也可以在联网的通办机上，到“我办的事”里缴", when=otherwise.when, where=otherwise.where
    )
    if settled.state == "unsure":
        first = [say("还没收到缴费结果，付过的不要再付"), say("{what}：钱到了自动记上", what=what)]
    else:
        first = [say("未缴费：{what}", what=what)]
    return [*first, later, say("问缴费：{contact}", contact=otherwise.contact)]


def paid_slip(setting: Setting, settled: Settled, what: str, row: CaseRow) -> Paper:
    """Of a fee that was paid after its receipt was printed. Names nobody."""
    say = setting.say
    return Paper(
        lines=[
            Line(text=say("缴费凭条"), size=2, bold=True, align="center"),
            Line(),
            Line(text=say("已缴费 {yuan}元", yuan=yuan(settled.fen)), bold=True),
            Line(text=what),
            Line(text=say("订单号 {order}，{time}", order=settled.order, time=local_time(settled.paid_ms))),
            Line(text=say("回执号 {number}", number=row.number)),
            Line(),
            Line(text=setting.place, align="center"),
        ]
    )


def row_words(say: Saying, row: CaseRow) -> str:
    """Of a case; empty where nothing is to be paid."""
    match row.payment:
        case "paid":
            return say("已缴费 {yuan}元", yuan=yuan(row.fen))
        case "refunded":
            return say("已退款 {yuan}元", yuan=yuan(row.fen))
        case "due" | "open" | "expired":
            return say("未缴费")
        case _:
            return ""
