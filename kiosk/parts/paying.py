"""A fee is paid with a phone: the platform opens the order and names the amount, the phone scans its code, and the
platform is asked again and again whether the money came. Nothing of it is kept here, and nothing is ever queued."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import described
from kiosk.fees import Settled, yuan
from kiosk.online import Found, FoundOrder, WantOrder, WantPayment
from kiosk.pages import AnyPage, Fact, Menu, Option
from kiosk.parts.part import Host, Part
from kiosk.receipt import local_time
from kiosk.services.texts import render
from kiosk.session_state import PHONE_IDLE_S

POLL_S: Final = 3.0
At = Literal["opening", "open", "expired", "refunded", "stuck"]


@dataclass(frozen=True)
class Fee:
    """What is paid for. what: from the definition. token: of the receipt; empty where more than a card was proved.
    option: the answer on which the price depends; empty where the platform has the case, or there is one price."""

    entry_id: bytes
    service: str
    what: str
    token: bytes
    option: str = ""


class Paying(Part):
    """done: gets what became of it; the part does not leave by itself. comes_first: whoever leaves gets a receipt that
    says what became of it."""

    idle_s = PHONE_IDLE_S

    def __init__(self, host: Host, fee: Fee, done: Callable[[Settled], None], *, comes_first: bool = False) -> None:
        self._host = host
        self._fee = fee
        self._done = done
        self._comes_first = comes_first
        self._at: At = "opening"
        self._order: FoundOrder | None = None
        self._asking = False
        self._asked_at = 0.0
        self._insisted = False
        """The citizen says that it is paid."""
        self._code = ""
        self._open()

    def page(self) -> AnyPage:
        say = self._host.setting.say
        order, is_open = self._order, self._at == "open"
        catalogue = self._host.setting.catalogue
        facts = [
            Fact(label=say("缴什么"), value=render(self._fee.what, catalogue.region, self._host.person.birth, say))
        ]
        if order is not None:
            facts.append(Fact(label=say("订单号"), value=order.order))
        if order is not None and is_open:
            facts.append(Fact(label=say("这个码能用到"), value=local_time(order.expires_ms)[-5:]))
        return Menu(
            title=say("缴费"),
            person=self._host.shown_person,
            back=True,
            text=self._text(),
            big=say("{yuan}元", yuan=yuan(order.fen)) if order is not None else "",
            qr=order.qr if order is not None and is_open else "",
            qr_hint=say("用手机微信、支付宝或云闪付扫码付款"),
            facts=facts,
            options=self._options(),
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Choose("paid") if self._at == "open":
                self._insisted = True
                self._poll()
            case actions.Choose("again") if self._code == "question.assurance":
                self.later()
            case actions.Choose("again") if self._at in ("expired", "stuck"):
                self._open()
            case actions.Choose("later") | actions.Back():
                self.later()

    def tick(self) -> None:
        if self._at == "open" and self._host.setting.now() >= self._asked_at + POLL_S:
            self._poll()

    def may_leave(self) -> bool:
        if self._comes_first:
            self.later()
        return not self._comes_first

    def later(self) -> None:
        """It is not paid now; where a code was shown, the money may be on its way."""
        self._done(Settled("unpaid" if self._order is None or self._at == "refunded" else "unsure"))

    def _text(self) -> str:
        say = self._host.setting.say
        match self._at:
            case "opening":
                return say("正在准备付款码，请稍等。事情已经交上，不受影响。")
            case "expired":
                return say("这个付款码过时了。还没付的，可以换一个；付过的不要再付，钱到了自动记上。")
            case "refunded":
                return say("这笔钱已经退过。要再缴，请到窗口。")
            case "stuck":
                found = described(self._code, say)
                return say("现在缴不了：{why}。事情已经交上，可以以后再缴。", why=found.title)
        if self._code:
            return say("网络断了，不知道付好没有。付过的不要再付，网络通了就知道。")
        if self._insisted:
            return say("还没收到付款的消息，请等一等。付过的不要再付。")
        return say("付好了，这里自己会知道。")

    def _options(self) -> list[Option]:
        say = self._host.setting.say
        found = []
        if self._at == "open":
            found.append(Option(value="paid", label=say("付好了")))
        if self._at == "expired":
            found.append(Option(value="again", label=say("换一个付款码")))
        if self._at == "stuck":
            found.append(Option(value="again", label=say("再试一次")))
        return [*found, Option(value="later", label=say("以后再付"))]

    def _open(self) -> None:
        fee = self._fee
        self._at, self._code, self._insisted = "opening", "", False
        self._ask(WantOrder(fee.entry_id, fee.service, fee.token, fee.option))

    def _poll(self) -> None:
        if not self._asking and self._order is not None:
            self._ask(WantPayment(self._order.order))

    def _ask(self, wanted: WantOrder | WantPayment) -> None:
        self._asking, self._asked_at = True, self._host.setting.now()
        self._host.ask(wanted, self._answered, self._not_answered)

    def _answered(self, found: Found) -> None:
        assert isinstance(found, FoundOrder)
        self._asking, self._code, self._order = False, "", found
        match found.state:
            case "paid":
                self._done(Settled("paid", found.fen, found.order, found.paid_ms))
            case "refunded":
                self._at = "refunded"
            case "expired":
                self._at = "expired"
            case _:
                self._at = "open"

    def _not_answered(self, code: str) -> None:
        """The code stays on the screen: its order is good, whoever can be asked about it."""
        self._asking, self._code = False, code
        if self._at == "opening" or code == "payment.unknown":
            self._at = "stuck"
