"""Performs what the technician's pages ask for: the PIN, the findings, live tests. In the loop's thread; files,
hashes and the network are in a worker's of its own, since the journal's must not wait for a network."""

import base64
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec

from devices.contract import Card, Failure, PrintResult
from devices.device import Device
from devices.loop import Loop
from devices.test_page import TEST_PAGE
from kiosk import device_history, diagnosis
from kiosk.actions import Action
from kiosk.codes import describe
from kiosk.config import Config
from kiosk.diagnosis import Finding
from kiosk.pages import AnyPage
from kiosk.printing import print_paper
from kiosk.saying import to_say
from kiosk.store import Store
from kiosk.technician import Effect, Look, Technician, Test, TryAgain, TryPin
from kiosk.technician_pin import TechnicianPin
from kiosk.worker import Worker

KNOCKS: Final = 5
KNOCKING_S: Final = 3.0
CARD_WAIT_S: Final = 8.0
_NO_PIN: Final = to_say("还没有设置维护密码。请在命令行运行 kiosk technician set-pin。")
_KINDS: Final = {
    "ID": "居民身份证",
    "J": "港澳台居民居住证",
    "I": "外国人永久居留证（2017版）",
    "Y": "外国人永久居留证（2023版）",
}


class TechnicianDesk:
    """changed: the page changed. ended: the technician has gone. ask_platform: findings on link, platform and clock;
    may take seconds."""

    def __init__(
        self,
        loop: Loop,
        journal: Worker,
        store: Store,
        config: Config,
        devices: dict[str, Device],
        ask_platform: Callable[[], list[Finding]],
        changed: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._journal = journal
        self._store = store
        self._config = config
        self._devices = devices
        self._ask_platform = ask_platform
        self._changed = changed
        self._ended = ended
        self._worker: Worker | None = None
        self._pin: TechnicianPin | None = None
        self._turn: Technician | None = None
        self._knocks: deque[float] = deque(maxlen=KNOCKS)

    @property
    def page(self) -> AnyPage | None:
        """None: nobody is at the desk."""
        return self._turn.page if self._turn else None

    def knock(self) -> bool:
        """A tap on the hidden place. True: that was the last one wanted, and the desk is open."""
        now = self._loop.now()
        self._knocks.append(now)
        if len(self._knocks) < KNOCKS or now - self._knocks[0] > KNOCKING_S:
            return False
        self._knocks.clear()
        self._turn = Technician(now, frozenset(self._devices))
        if self.without_pin:
            self._turn.refuse(self.without_pin)
        return True

    @property
    def without_pin(self) -> str:
        """Why no PIN can be right; empty: one is set."""
        return "" if self._known_pin().is_set else _NO_PIN

    def act(self, action: Action) -> None:
        if self._turn is not None:
            self._turn.act(action, self._loop.now())
            self._perform(self._turn)

    def tick(self) -> None:
        if self._turn is not None:
            self._turn.tick(self._loop.now())
            self._perform(self._turn)

    def close(self) -> None:
        self._turn = None
        if self._worker is not None:
            self._worker.close()

    def _perform(self, turn: Technician) -> None:
        wanted, turn.effects = turn.effects, []
        for effect in wanted:
            self._do(turn, effect)
        if turn.over and self._turn is turn:
            self._turn = None
            self._ended()
        self._changed()

    def _do(self, turn: Technician, effect: Effect) -> None:
        match effect:
            case TryPin(pin):
                self._try_pin(turn, pin)
            case Look():
                self._look(turn)
            case Test(device):
                self._test(turn, device)
            case TryAgain(device):
                self._devices[device].try_again()

    def check(self, pin: str, told: Callable[[bool, float], None]) -> None:
        """Whether this is the PIN, and how many seconds to wait before the next try. Each try is journalled."""
        known, now = self._known_pin(), self._loop.now()

        def tried(accepted: bool) -> None:
            self._journal.do(lambda: self._store.technician_came(accepted=accepted), lambda _: None, lambda _: None)
            told(accepted, known.wait_s(self._loop.now()))

        self._own_worker().do(lambda: known.try_pin(pin, now), tried)

    def _known_pin(self) -> TechnicianPin:
        """Read anew until one is set, so that nobody has to start the kiosk again."""
        if self._pin is None or not self._pin.is_set:
            self._pin = TechnicianPin(self._config.data, self._loop.now())
        return self._pin

    def _own_worker(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(self._loop)
        return self._worker

    def _report(self, turn: Technician, job: Callable[[], Any], told: Callable[..., None]) -> None:
        """Run `job` beside the loop and hand what it returns to `told`, while this technician is there."""

        def done(result: Any) -> None:
            if self._turn is turn:
                told(result)
                self._perform(turn)

        self._own_worker().do(job, done)

    def _try_pin(self, turn: Technician, pin: str) -> None:
        def told(accepted: bool, wait_s: float) -> None:
            if self._turn is turn:
                turn.pin_tried(accepted, wait_s)
                self._perform(turn)

        self.check(pin, told)

    def _look(self, turn: Technician) -> None:
        devices = [diagnosis.of_status(name, device.status) for name, device in self._devices.items()]

        def job() -> tuple[list[Finding], list[device_history.Change]]:
            found = [*devices, *diagnosis.of_machine(self._config), *self._ask_platform()]
            return found, device_history.read(self._config.data)

        self._report(turn, job, lambda found: turn.found(*found))

    def _test(self, turn: Technician, name: str) -> None:
        started = self._loop.now()

        def told(sentence: str) -> None:
            if self._turn is turn:
                turn.now = self._loop.now()
                turn.tested(sentence)
                self._perform(turn)

        if name == "printer":
            printer = self._devices[name]
            print_paper(self._journal, self._store, printer, TEST_PAGE, b"", 0, lambda result: told(_printed(result)))
            return

        def read(answer: dict[str, object] | Failure) -> None:
            told(_read(answer, self._loop.now() - started))

        wait_ms = int(CARD_WAIT_S * 1000)
        self._devices[name].call("read", {"wait_ms": wait_ms}, CARD_WAIT_S + 4.0, read)


def _read(answer: dict[str, object] | Failure, seconds: float) -> str:
    """What was read, but not whose card it is."""
    if isinstance(answer, Failure):
        return f"没有读到：{describe(answer.code).title}（{answer.code}）"
    card = msgspec.convert(answer, Card)
    count = len(base64.b64decode(card.raw))
    return f"读到一张{_KINDS.get(card.kind, card.kind)}，{count} 字节，校验正确，用时 {seconds:.1f} 秒。"


def _printed(result: PrintResult) -> str:
    if result.outcome == "confirmed":
        return "打印机确认：测试页已经打印出来。请看字和二维码是否清楚。"
    if result.outcome == "failed-clean":
        return f"没有打印：{describe(result.code).title}（{result.code}）"
    return f"打印机没有确认，请看纸出来了没有：{describe(result.code).title}（{result.code}）"
