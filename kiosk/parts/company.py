"""A legal person's case (单位): which company, and whether the holder of the card may act for it. The platform knows;
where it is not in reach, the case is taken all the same and looked at when it arrives."""

from collections.abc import Callable
from datetime import date
from enum import Enum, auto
from typing import Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.advice_page import advice_page
from kiosk.applicant import ADULT, TYPED, age, masked_name
from kiosk.company import masked_company
from kiosk.online import Found, FoundAuthorisation, WantAuthorisation
from kiosk.pages import AnyPage, Fact, Menu, Option, Question, Working
from kiosk.parts.part import Host, Part
from kiosk.services.definition import Alternative, Service
from kiosk.services.texts import advised
from kiosk.session_paper import sheet
from kiosk.session_state import Print
from offline_cache.bodies import Company
from offline_cache.credit_code import ALPHABET, LENGTH, is_credit_code

_LOOKS_LIKE: Final = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
"""Letters that a credit code has not, and what is meant by them."""


class _At(Enum):
    WHO = auto()
    CODE = auto()
    CHECKING = auto()
    FOUND = auto()
    REFUSED = auto()
    LATER = auto()


class ForCompany(Part):
    """chosen: gets the company; None: it is for the citizen's own. credit_code: where a draft names one."""

    def __init__(
        self, host: Host, service: Service, chosen: Callable[[Company | None], None], credit_code: str = ""
    ) -> None:
        self._host = host
        self._service = service
        self._chosen = chosen
        self._typed = credit_code
        self._error = ""
        self._found = FoundAuthorisation(authorised=False)
        self._advice: Alternative | None = None
        self._before = _At.WHO
        """Where back leads from a refusal."""
        self._at = _At.WHO
        if service.applicant == "company" or credit_code:
            self._for_company()

    # -- what is shown --

    def page(self) -> AnyPage:
        match self._at:
            case _At.WHO:
                return self._who()
            case _At.CODE:
                return self._code()
            case _At.CHECKING:
                return self._checking()
            case _At.FOUND:
                return self._confirm()
            case _At.LATER:
                return self._later()
            case _At.REFUSED:
                assert self._advice is not None
                say = self._host.setting.say
                return advice_page(
                    say("{name}：现在不能在这里办", name=self._service.name), self._host.shown_person, self._advice,
                    self._host.print, say, say("看看别的事"),
                )  # fmt: skip

    def _who(self) -> Menu:
        say = self._host.setting.say
        return Menu(
            title=self._service.name,
            person=self._host.shown_person,
            back=True,
            text=say("这件事替谁办？"),
            options=[
                Option(value="person", label=say("替我自己办")),
                Option(value="company", label=say("替单位办（公司、合作社等）")),
            ],
        )

    def _code(self) -> Question:
        say = self._host.setting.say
        return Question(
            title=self._service.name,
            person=self._host.shown_person,
            back=True,
            next_label=say("下一步"),
            question="credit_code",
            text=say("请输入单位的统一社会信用代码"),
            help=say("营业执照上有，18位数字和大写字母。四个一组照着按。"),
            kind="credit-code",
            value=self._typed,
            error=self._error,
            max_length=LENGTH,
            group=4,
        )

    def _checking(self) -> Working:
        say = self._host.setting.say
        text = say("正在问办事平台，请稍等……")
        return Working(title=say("正在核对授权"), person=self._host.shown_person, back=True, text=text)

    def _confirm(self) -> Menu:
        say, found = self._host.setting.say, self._found
        role = say("法定代表人") if found.role == "legal" else say("经办人")
        name = masked_name(self._host.person.name)
        return Menu(
            title=say("请核对单位"),
            person=self._host.shown_person,
            back=True,
            next_label=say("对，下一步"),
            text=say("授权已经核对。下面填的内容只用来办这家单位的事。"),
            facts=[
                Fact(label=say("单位"), value=masked_company(Company(self._typed, found.name))),
                Fact(label=say("您是"), value=say("{role} {name}", role=role, name=name)),
                Fact(label=say("授权到"), value=found.until or say("没有期限")),
            ],
        )

    def _later(self) -> Menu:
        say = self._host.setting.say
        return Menu(
            title=say("现在核对不了授权"),
            person=self._host.shown_person,
            back=True,
            text=say("办事平台现在连不上。可以先填好交上来，平台收到后再核对；没有授权的，会退回来并告诉您怎么办。"),
            options=[
                Option(value="later", label=say("先填好，以后核对")),
                Option(value="again", label=say("再核对一次")),
            ],
        )

    # -- what is done --

    def act(self, action: Action) -> None:
        match self._at, action:
            case _, actions.Back() if self._host.print is not Print.PRINTING:
                self._back()
            case _At.WHO, actions.Choose("person"):
                self._chosen(None)
            case _At.WHO, actions.Choose("company"):
                self._for_company()
            case _At.CODE, actions.Answer(value):
                self._typed, self._error = "".join(value.split()).upper()[:LENGTH], ""
            case (_At.CODE, actions.Next()) | (_At.LATER, actions.Choose("again")):
                self._check()
            case _At.FOUND, actions.Next():
                self._chosen(Company(self._typed, self._found.name))
            case _At.LATER, actions.Choose("later"):
                self._chosen(Company(self._typed))
            case _At.REFUSED, actions.Print() if self._host.print in (Print.NONE, Print.FAILED) and self._advice:
                self._host.print_paper(sheet(self._host.setting, self._service.name, self._advice), b"")
            case _At.REFUSED, actions.Next() if self._host.print is not Print.PRINTING:
                self._host.print = Print.NONE
                self._host.leave_part()

    def _back(self) -> None:
        self._host.print, self._error = Print.NONE, ""
        refused = self._at is _At.REFUSED and self._before is _At.CODE
        if refused or self._at in (_At.CHECKING, _At.FOUND, _At.LATER):
            self._at = _At.CODE
        elif self._at is not _At.WHO and self._service.applicant == "either":
            self._at = _At.WHO
        else:
            self._host.leave_part()

    def _for_company(self) -> None:
        """Not everybody can act for one, whatever the platform says."""
        say, person, other = self._host.setting.say, self._host.person, self._service.alternatives
        if person.kind == TYPED:
            self._refuse(other.identity or other.elsewhere, _At.WHO)
        elif self._host.helper is not None:
            self._refuse(self._at_counter(say("单位的事，要由单位的经办人刷自己的身份证来办。")), _At.WHO)
        elif age(date.fromisoformat(person.birth), self._host.setting.wall().date()) < ADULT:
            self._refuse(self._at_counter(say("替单位办事，要年满18周岁。请单位的经办人刷自己的身份证来办。")), _At.WHO)
        else:
            self._at = _At.CODE

    def _check(self) -> None:
        self._error = self._trouble()
        if not self._error:
            self._at = _At.CHECKING
            if self._host.setting.works().network:
                self._host.ask(WantAuthorisation(self._typed, self._service.service), self._told, self._not_told)
            else:
                self._not_told("")

    def _trouble(self) -> str:
        say, typed = self._host.setting.say, self._typed
        strange = next((one for one in typed if one not in ALPHABET), "")
        if strange in _LOOKS_LIKE:
            return say("代码里没有“{letter}”，看看是不是“{meant}”", letter=strange, meant=_LOOKS_LIKE[strange])
        if strange:
            return say("代码里没有“{letter}”，只有数字和大写字母", letter=strange)
        if len(typed) < LENGTH:
            return say("还差{count}位，一共18位", count=LENGTH - len(typed))
        return "" if is_credit_code(typed) else say("代码有一位不对，请四个一组对照营业执照再看一遍")

    def _told(self, found: Found) -> None:
        assert isinstance(found, FoundAuthorisation)
        if self._at is not _At.CHECKING:
            return
        say = self._host.setting.say
        if not found.authorised:
            reason = say(
                "办事平台上没有这家单位给您的授权，或者授权到期了。请法定代表人自己刷卡来办，"
                "或者带执照到窗口登记授权。也请看看代码输对了没有。"
            )
            self._refuse(self._at_counter(reason), _At.CODE)
        elif found.status != "active":
            state = say("已注销") if found.status == "closed" else say("已吊销")
            self._refuse(self._at_counter(say("这家单位登记的状态是{state}，不能再办这件事。", state=state)), _At.CODE)
        else:
            self._found, self._at = found, _At.FOUND

    def _not_told(self, _: str) -> None:
        if self._at is not _At.CHECKING:
            return
        if self._service.mode == "online":
            other = self._service.alternatives
            self._refuse(other.offline or other.elsewhere, _At.CODE)
        else:
            self._at = _At.LATER

    def _at_counter(self, reason: str) -> Alternative:
        bring = self._host.setting.say("营业执照、法定代表人身份证、您的身份证；单位的公章")
        return Alternative(reason=reason, bring=bring, counter=self._service.counter)

    def _refuse(self, advice: Alternative, before: _At) -> None:
        setting = self._host.setting
        self._advice = advised(advice, setting.catalogue.region, self._host.person.birth, setting.say)
        self._at, self._before = _At.REFUSED, before
