"""The technician's turn at the screen: a PIN, findings, one device with its live test and history. Without I/O, like
the citizen's session: actions and reports go in, effects come out. It never shows a citizen's data."""

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from kiosk import actions
from kiosk.actions import Action
from kiosk.codes import describe, words
from kiosk.device_history import Change
from kiosk.diagnosis import Finding
from kiosk.pages import AnyPage, Device, Fact, Overview, OverviewRow, Working
from kiosk.pin_entry import PinEntry
from kiosk.receipt import local_time
from kiosk.saying import Saying

IDLE_S: Final = 180.0
HISTORY_SHOWN: Final = 4
AREAS: Final = {
    "reader": "读卡器",
    "printer": "打印机",
    "identity": "登记",
    "services": "事项",
    "catalogue": "办事目录",
    "runtime": "临时文件夹",
    "journal": "日志",
    "space": "存储空间",
    "platform": "办事平台",
    "agent": "网络同步",
    "backlog": "待发",
    "clock": "时间",
}


class At(Enum):
    PIN = auto()
    LOOKING = auto()
    OVERVIEW = auto()
    DEVICE = auto()


class Look:
    """Effect: gather the findings; report by `found`."""


@dataclass(frozen=True)
class TryPin:
    """Effect: report by `pin_tried`."""

    pin: str


@dataclass(frozen=True)
class Test:
    """Effect: a live test of the device (read a card, print a test page); report by `tested`."""

    device: str


@dataclass(frozen=True)
class TryAgain:
    """Effect: start the device's driver anew, whatever it did before."""

    device: str


Effect = Look | TryPin | Test | TryAgain


@dataclass
class Technician:
    """now: monotonic seconds of the last touch. devices: those that can be tested."""

    now: float
    devices: frozenset[str]
    at: At = At.PIN
    over: bool = False
    effects: list[Effect] = field(default_factory=list)
    _pin: PinEntry = field(default_factory=PinEntry)
    _findings: list[Finding] = field(default_factory=list)
    _history: list[Change] = field(default_factory=list)
    _device: str = ""
    _result: str = ""
    _testing: bool = False

    def act(self, action: Action, now: float) -> None:
        self.now = now
        match action:
            case actions.Leave():
                self.over = True
            case actions.Answer(value) if self.at is At.PIN:
                self._pin.type(value)
            case actions.Next() if self.at is At.PIN and self._pin.full:
                self.effects.append(TryPin(self._pin.take()))
            case actions.Next() if self.at is At.OVERVIEW:
                self._look()
            case actions.Back() if self.at is At.DEVICE and not self._testing:
                self.at = At.OVERVIEW
            case actions.Back():
                self.over = self.at in (At.PIN, At.OVERVIEW)
            case actions.Choose(area) if self.at is At.OVERVIEW and area in {one.area for one in self._findings}:
                self._device, self._result, self.at = area, "", At.DEVICE
            case actions.Next() if self.at is At.DEVICE and self._can_test and not self._testing:
                self._testing, self._result = True, ""
                self.effects.append(Test(self._device))
            case actions.Restart() if self.at is At.DEVICE and self._can_test and not self._testing:
                self.effects.append(TryAgain(self._device))
                self._result = "驱动程序正在重新启动，请稍等再测。"

    def tick(self, now: float) -> None:
        """Nobody there any more: the pages close by themselves."""
        if now - self.now > IDLE_S and not self._testing:
            self.over = True

    # -- what the terminal reports --

    def refuse(self, why: str) -> None:
        """There is no PIN to be tried."""
        self._pin.error = why

    def pin_tried(self, accepted: bool, wait_s: float) -> None:
        if self.at is not At.PIN:
            return
        if accepted:
            self._look()
        else:
            self._pin.refused(wait_s)

    def found(self, findings: list[Finding], history: list[Change]) -> None:
        self._findings, self._history = findings, history
        if self.at is At.LOOKING:
            self.at = At.OVERVIEW

    def tested(self, result: str) -> None:
        """result: a sentence."""
        self._testing, self._result = False, result

    # -- pages --

    @property
    def page(self) -> AnyPage:
        match self.at:
            case At.PIN:
                return self._pin.page("维护", "维护人员", Saying())
            case At.LOOKING:
                return Working(title="正在检查", text="正在检查设备、网络、时间、空间和日志……")
            case At.DEVICE:
                return self._device_page()
        return self._overview()

    def _overview(self) -> Overview:
        return Overview(
            title="检查结果",
            person="维护人员",
            back=True,
            next_label="重新检查",
            rows=[
                OverviewRow(
                    area=one.area,
                    name=AREAS.get(one.area, one.area),
                    severity=one.severity,
                    text=describe(one.code).title if one.code else one.zh or "正常",
                    code=one.code,
                )
                for one in self._findings
            ],
        )

    def _device_page(self) -> Device:
        shown = [one for one in self._findings if one.area == self._device]
        facts = []
        for one in shown:
            if not one.code:
                facts.append(Fact(label="情况", value=one.zh or "正常"))
                continue
            found = describe(one.code)
            facts += [
                Fact(label="情况", value=f"{found.title}（{one.code}）"),
                Fact(label="原因", value=found.cause or found.title),
                Fact(label=f"怎么办（{words().action[found.who].zh}）", value=_for_staff(found.todo)),
            ]
        changes = [one for one in reversed(self._history) if one.device == self._device][:HISTORY_SHOWN]
        return Device(
            title=AREAS.get(self._device, self._device),
            person="维护人员",
            back=not self._testing,
            next_label="" if not self._can_test or self._testing else self._test_label,
            facts=facts,
            result="正在测试……" if self._testing else self._result,
            can_restart=self._can_test and not self._testing,
            history=[Fact(label=local_time(one.at_ms), value=_told(one)) for one in changes],
        )

    @property
    def _can_test(self) -> bool:
        return self._device in self.devices & {"reader", "printer"}

    @property
    def _test_label(self) -> str:
        return "试读一张卡" if self._device == "reader" else "打印测试页"

    def _look(self) -> None:
        self.at = At.LOOKING
        self.effects.append(Look())


def _for_staff(todo: str) -> str:
    """A text for the screen tells citizens first, then staff."""
    return todo.rpartition("工作人员：")[2]


def _told(change: Change) -> str:
    state = words().state[change.state].zh if change.state in words().state else change.state
    return f"{state}　{describe(change.code).title}" if change.code else state
