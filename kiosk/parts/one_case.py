"""One case: what can be done about it. More is handed in, it is taken back, a consent is taken back, it is rated; each
is an entry of the journal, so it works offline and at any kiosk that knows the case. A helper hands in more, and
nothing else: what is taken back, and what is thought of it, is for the applicant to say."""

from functools import partial
from hashlib import blake2b
from typing import Final, Literal

import msgspec

from kiosk import actions
from kiosk.actions import Action
from kiosk.applicant import masked_name
from kiosk.case_acts import ENDED
from kiosk.case_slip import supplement_slip
from kiosk.effects import Tell
from kiosk.fees import PAYABLE, Settled, paid_slip, row_words
from kiosk.pages import AnyPage, CaseRow, Fact, Menu, Option, Question
from kiosk.parts.certificate import TakingCertificate
from kiosk.parts.part import Host, Part
from kiosk.parts.paying import Fee, Paying
from kiosk.parts.proving import by_receipt, needs_more_than_a_card
from kiosk.parts.sending import Sending
from kiosk.parts.signing import Signing
from kiosk.parts.staff import Staff
from kiosk.saying import to_say
from kiosk.services.definition import Consent, Payment
from kiosk.services.signed import PROMISE_VERSION, SUPPLEMENT_PROMISE
from kiosk.services.texts import render
from kiosk.session_state import SHEET_WORDS, Print
from kiosk.text_entry import TextEntry
from offline_cache.bodies import Rating, Signature, Stroke, Supplement, Withdrawal

_ALL: Final = "*"
"""All consents of a case whose service is not offered any more."""
_SCORES: Final = {
    "5": to_say("非常满意"),
    "4": to_say("满意"),
    "3": to_say("基本满意"),
    "2": to_say("不满意"),
    "1": to_say("非常不满意"),
}
"""GB/T 39735: five levels, given freely, after completion."""
_WAYS: Final = {
    "phone": to_say("用手机拍照传"),
    "later": to_say("我带到窗口去"),
    "promise": to_say("我书面承诺情况属实"),
    "text": to_say("我说明一下"),
}
_FREE: Final = ("not-accepted", "rejected", "withdrawn")
"""Nothing is to be paid for it any more."""
At = Literal["menu", "rate", "withdraw", "consents", "consent", "supplement", "text", "working", "done"]

_STEPS: Final[dict[str, At]] = {
    "supplement": "supplement", "rate": "rate", "withdraw": "withdraw",
}  # fmt: skip


class OneCase(Part):
    def __init__(self, host: Host, back_to: Part, row: CaseRow, asked: str) -> None:
        """row: as it is shown. asked: what the platform asks for, in its own words."""
        self._host = host
        self._back_to = back_to
        self._row = row
        self._asked = asked
        self._at: At = "menu"
        self._said = ""
        self._entry = TextEntry(200)
        self._telling: Tell | None = None
        """What was told last."""
        self._consent = ""
        self._upload = b""
        """Names what is sent by phone for it."""

    def page(self) -> AnyPage:
        person, row, say = self._host.shown_person, self._row, self._host.setting.say
        match self._at:
            case "rate":
                options = [Option(value=f"score:{score}", label=say(words)) for score, words in _SCORES.items()]
                text = say("愿意的话，说说这次办得怎么样。不评也可以。您的评价不会给办事的人看到是谁评的。")
                return Menu(title=say("评一评"), person=person, back=True, text=text, options=options)
            case "withdraw":
                text = say(
                    "撤回以后，这件事就不办了：{service}（{number}）。以后想办可以重新申请。",
                    service=row.service,
                    number=row.number,
                )
                options = [Option(value="withdraw:yes", label=say("是，撤回不办了"))]
                return Menu(title=say("要撤回吗？"), person=person, back=True, text=text, options=options)
            case "consents":
                options = [
                    Option(value=f"consent:{one.id}", label=_first_sentence(self._filled(one), say("。")))
                    for one in self._consents()
                ]
                text = say("一份一份收回。选哪一份？")
                return Menu(title=say("收回同意"), person=person, back=True, text=text, options=options)
            case "consent":
                text = say("收回以后，这件事的信息不再使用；依法要留的办理记录还会留着。")
                if row.kind not in ENDED:
                    text = say("这件事还在办。收回以后，要用这些信息的那一步就停了，可能办不下去；以前办的还算数。")
                texts = [self._filled(one) for one in self._consents() if one.id == self._consent]
                text = "\n".join([*texts, text])
                options = [Option(value="consent:yes", label=say("是，收回同意"))]
                return Menu(title=say("要收回同意吗？"), person=person, back=True, text=text, options=options)
            case "supplement":
                options = [
                    Option(value=f"way:{way}", label=say(words))
                    for way, words in _WAYS.items()
                    if way != "phone" or self._host.setting.works().upload
                ]
                return Menu(title=say("补材料"), person=person, back=True, text=row.text, options=options)
            case "text":
                return Question(
                    title=say("补材料"), person=person, back=True, next_label=say("交上去"), question="supplement",
                    text=say("请说明"), help=row.text, kind="text", **self._entry.shown(),
                )  # fmt: skip
            case "working" | "done":
                paper = say(SHEET_WORDS[self._host.print])
                text = f"{self._said}\n{paper}" if paper else self._said
                return Menu(title=row.service, person=person, back=self._at == "done", text=text)
        own = say("撤回、收回同意和评价，要本人带身份证来办。") if self._host.helper else ""
        return Menu(
            title=row.service,
            person=person,
            back=self._host.print is not Print.PRINTING,
            text=say(SHEET_WORDS[self._host.print]) or own,
            facts=[
                Fact(label=say("现在"), value=say("{title}。{todo}", title=row.state, todo=row.text)),
                Fact(label=say("回执号"), value=row.number),
                Fact(label=say("平台编号"), value=row.platform_number or say("还没有")),
                Fact(label=say("提交时间"), value=row.submitted),
                *([Fact(label=say("费用"), value=fee)] if (fee := row_words(say, row)) else []),
            ],
            options=self._options(),
        )

    def act(self, action: Action) -> None:
        match action:
            case actions.Back() if self._at == "done":
                self._at = "menu"
            case _ if self._host.print is Print.PRINTING:
                pass
            case actions.Back() if self._at == "menu":
                self._host.enter(self._back_to)
            case actions.Back() if self._at != "working":
                self._back()
            case actions.Choose(value):
                self._choose(value)
            case actions.Next() if self._at == "text" and self._entry.value.strip():
                self._supplement({"text": self._entry.value.strip()})
            case _ if self._at == "text":
                self._entry.act(action)

    def told(self, code: str) -> None:
        """It is durable in the journal; code: why it is not."""
        say = self._host.setting.say
        self._at = "done"
        if code:
            self._said = say("没有存下来，请再试一次（{code}）。", code=code)
        elif (telling := self._telling) is not None:
            self._remember(telling)
            self._row = self._host.acts.seen(self._row, self._asked, say)

    def _remember(self, telling: Tell) -> None:
        host, about = self._host, self._row.entry_id
        match telling.body:
            case Rating():
                host.acts.rated.add(about)
            case Withdrawal(consent=""):
                host.acts.withdrawn.add(about)
            case Withdrawal(consent=consent):
                host.acts.consents.add((about, consent))
            case Supplement(answers=answers):
                host.acts.supplemented.add((about, self._asked))
                way = host.setting.say(_WAYS[answers.get("way", "text")])
                host.copy = 0
                slip = supplement_slip(host.setting, self._row, self._asked, way, host.person, host.helper)
                host.print_paper(slip, telling.entry_id)

    def _back(self) -> None:
        if self._at == "text":
            self._at = "supplement"
        elif self._at == "consent" and len(self._consents()) > 1:
            self._at = "consents"
        else:
            self._at = "menu"

    def _options(self) -> list[Option]:
        row, found, say = self._row, list[Option](), self._host.setting.say
        if row.payment in PAYABLE and row.kind not in _FREE and self._fee() is not None:
            found.append(Option(value="pay", label=say("缴费")))
        if row.certificate:
            found.append(Option(value="certificate", label=say("领证明")))
        if row.kind == "returned":
            found.append(Option(value="supplement", label=say("补材料")))
        if self._host.helper:
            return found
        if row.kind == "completed" and not row.rated:
            found.append(Option(value="rate", label=say("评一评这次服务")))
        if row.kind not in ENDED:
            found.append(Option(value="withdraw", label=say("撤回这件事")))
        if self._consents() or self._may_take_back_all():
            found.append(Option(value="consent", label=say("收回对使用我的信息的同意")))
        return found

    def _choose(self, value: str) -> None:
        about, say = bytes.fromhex(self._row.entry_id), self._host.setting.say
        if self._at == "menu" and value in _STEPS and value in self._offered():
            self._at = _STEPS[value]
        elif self._at == "menu" and value == "pay" and value in self._offered():
            by_receipt(self._host, say("缴费"), self._row.position, self._pay, self._here)
        elif self._at == "menu" and value == "certificate" and value in self._offered():
            needs_more_than_a_card(self._host, self._take, self._here)
        elif self._at == "menu" and value == "consent" and value in self._offered():
            ids = [one.id for one in self._consents()]
            self._consent = ids[0] if ids else _ALL
            self._at = "consents" if len(ids) > 1 else "consent"
        elif self._at == "consents" and value in {f"consent:{one.id}" for one in self._consents()}:
            self._consent, self._at = value.removeprefix("consent:"), "consent"
        elif self._at == "consent" and value == "consent:yes":
            said = say("已记下：收回同意。依法要留的记录会留着，其余不再使用。")
            self._tell(Withdrawal(about, "", self._consent), said)
        elif self._at == "withdraw" and value == "withdraw:yes":
            self._tell(Withdrawal(about, "applicant"), say("已记下撤回。网络一通就送到办事平台。"))
        elif self._at == "rate" and (score := value.removeprefix("score:")) in _SCORES:
            self._tell(Rating(about, int(score)), say("谢谢您的评价。"))
        elif self._at == "supplement" and value == "way:text":
            self._at = "text"
        elif self._at == "supplement" and value == "way:phone" and self._host.setting.works().upload:
            self._send()
        elif self._at == "supplement" and value == "way:promise":
            self._sign()
        elif self._at == "supplement" and value == "way:later":
            self._supplement({"way": "later"})

    def _here(self) -> None:
        self._host.enter(self)

    def _consents(self) -> list[Consent]:
        """Those that may be taken back, and were not yet. Whether all of them were given only the case knows."""
        flow, taken = self._host.setting.catalogue.flows.get(self._row.service_id), self._host.acts.consents
        consents = flow.service.consents if flow else []
        return [one for one in consents if one.withdrawable and (self._row.entry_id, one.id) not in taken]

    def _may_take_back_all(self) -> bool:
        """Which consents there were is not known here, and the case is at its end."""
        row, host = self._row, self._host
        is_known = row.service_id in host.setting.catalogue.flows
        return not is_known and row.kind in ENDED and (row.entry_id, _ALL) not in host.acts.consents

    def _filled(self, consent: Consent) -> str:
        setting = self._host.setting
        return render(consent.text, setting.catalogue.region, self._host.person.birth, setting.say)

    def _fee(self) -> Payment | None:
        flow = self._host.setting.catalogue.flows.get(self._row.service_id)
        return flow.service.payment if flow else None

    def _pay(self, token: bytes) -> None:
        row, payment = self._row, self._fee()
        assert payment is not None
        fee = Fee(bytes.fromhex(row.entry_id), row.service_id, payment.what, token)
        self._host.enter(Paying(self._host, fee, self._paid))

    def _paid(self, settled: Settled) -> None:
        host, payment = self._host, self._fee()
        self._here()
        if settled.state == "paid" and payment is not None:
            self._row = msgspec.structs.replace(self._row, payment="paid", fen=settled.fen)
            setting = host.setting
            what = render(payment.what, setting.catalogue.region, host.person.birth, setting.say)
            host.print_paper(paid_slip(setting, settled, what, self._row), b"")

    def _take(self) -> None:
        self._host.enter(TakingCertificate(self._host, self._row.platform_number, self._taken, self._here))

    def _taken(self) -> None:
        """How it was is asked then, and need not be answered."""
        self._here()
        if "rate" in self._offered():
            self._at = "rate"

    def _offered(self) -> set[str]:
        return {option.value for option in self._options()}

    def _send(self) -> None:
        self._upload = self._upload or self._host.setting.new_id()
        back = partial(self._host.enter, self)
        self._host.enter(
            Sending(self._host, self._upload, self._host.setting.say("补交的材料"), self._sent, other=back, back=back)
        )

    def _sent(self) -> None:
        self._host.enter(self)
        self._supplement({"way": "phone"}, self._upload)

    def _sign(self) -> None:
        """A written promise is signed, by a helper in their own name."""
        host, say = self._host, self._host.setting.say

        def signed(strokes: list[Stroke]) -> None:
            promised(Signature({SUPPLEMENT_PROMISE: PROMISE_VERSION}, strokes))

        def attested() -> None:
            promised(Signature({SUPPLEMENT_PROMISE: PROMISE_VERSION}, attested=True))

        def promised(signature: Signature) -> None:
            host.enter(self)
            self._supplement({"way": "promise", "promised": self._asked}, signature=signature)

        def staff() -> None:
            title = say("请工作人员核对本人，念给本人听，看着按指印")
            host.enter(Staff(host, title, attested, self._sign))

        def nobody() -> None:
            host.enter(self)
            self._at, self._said = "done", say("承诺要签名才算数。可以换一种办法补：带到窗口去，或者说明一下。")

        helper = masked_name(host.helper.name) if host.helper else ""
        what = say("我承诺情况属实，不真实的由我负责。")
        text = say("要补的：{asked}", asked=self._asked)
        host.enter(Signing(host, f"{text}\n{what}", 0, helper, signed, staff, nobody, self._here, urgent=False))

    def _supplement(self, answers: dict[str, str], upload: bytes = b"", signature: Signature | None = None) -> None:
        about = bytes.fromhex(self._row.entry_id)
        said = self._host.setting.say("补的内容已经交上。网络一通就送到办事平台。")
        self._tell(Supplement(about, answers, upload=upload, agent=self._host.helper, signature=signature), said)

    def _tell(self, body: Supplement | Withdrawal | Rating, said: str) -> None:
        """A withdrawal or a rating has one id, however often it is tapped; so has each consent that is taken back."""
        self._said, self._at = said, "working"
        once = b"" if isinstance(body, Supplement) else type(body).__name__.encode() + body.about
        if isinstance(body, Withdrawal):
            once += body.consent.encode()
        entry_id = blake2b(once, digest_size=16).digest() if once else self._host.setting.new_id()
        self._telling = Tell(entry_id, body)
        self._host.effects.append(self._telling)


def _first_sentence(text: str, stop: str) -> str:
    """Of a consent, by which it is told from the others."""
    first, end, _ = text.partition(stop)
    return (first + end).strip()
