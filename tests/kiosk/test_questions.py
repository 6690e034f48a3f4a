"""A question that hangs holds up no other: not in the screen's process, and not at the agent's door."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from devices.loop import SelectorLoop
from kiosk.online import Found, FoundSlots, Wanted, WantSlots, WantTakenUp
from kiosk.performing import QUESTIONS, Performing
from kiosk.proof import Proof
from kiosk.setting import Works
from sync import asking
from sync.asking import Door, ask
from sync.client import PlatformError
from sync.wire import SealedQuestion
from tests.kiosk.world import Hand

WAIT_S = 20.0


class SilentError(Exception):
    code = "agent.silent"


class Hanging:
    """Answers bookings; everything else hangs until it is let go, then ends with its deadline's code."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.hangs = threading.Semaphore(0)

    def ask(self, id_number: str, wanted: Wanted, proof: Proof) -> Found:
        del id_number, proof
        if isinstance(wanted, WantSlots):
            return FoundSlots([])
        self.hangs.release()
        assert self.let_go.wait(WAIT_S)
        raise SilentError("the deadline")


@pytest.fixture
def loop() -> Iterator[SelectorLoop]:
    made = SelectorLoop()
    yield made
    made.close()


def test_a_booking_waits_behind_no_abandoned_question(loop: SelectorLoop) -> None:
    online: Any = Hanging()
    nothing: Any = SimpleNamespace()
    performing = Performing(
        loop, nothing, nothing, online, {}, None, nothing, lambda: True, lambda: None, lambda _: None, lambda _: None
    )
    with closing(performing):
        abandoned = Hand(works=Works(network=True)).open().session
        performing.session = abandoned
        failed: list[str] = []
        for _ in range(QUESTIONS - 1):
            abandoned.ask(WantTakenUp(), lambda _: None, failed.append)
            performing.perform()
            assert online.hangs.acquire(timeout=WAIT_S)
        session = Hand(works=Works(network=True)).open().session
        performing.session = session
        answers: list[Found] = []
        session.ask(WantSlots("hunyin"), answers.append, failed.append)
        performing.perform()
        assert loop.run_until(lambda: answers == [FoundSlots([])], WAIT_S)
        # As many as there are ways hang: the next waits for the first deadline, and no thread is added.
        before = threading.active_count()
        for _ in range(QUESTIONS):
            session.ask(WantTakenUp(), lambda _: None, failed.append)
        session.ask(WantSlots("hunyin"), answers.append, failed.append)
        performing.perform()
        assert threading.active_count() == before
        online.let_go.set()
        assert loop.run_until(lambda: len(answers) == 2, WAIT_S)
        assert failed == [], "only the last question is waited for"


def test_the_last_question_ends_with_its_deadline(loop: SelectorLoop) -> None:
    online: Any = Hanging()
    nothing: Any = SimpleNamespace()
    performing = Performing(
        loop, nothing, nothing, online, {}, None, nothing, lambda: True, lambda: None, lambda _: None, lambda _: None
    )
    with closing(performing):
        session = performing.session = Hand(works=Works(network=True)).open().session
        failed: list[str] = []
        session.ask(WantTakenUp(), lambda _: None, failed.append)
        performing.perform()
        online.let_go.set()
        assert loop.run_until(lambda: failed == ["agent.silent"], WAIT_S)


class HangingClient:
    """The first question hangs; others are answered."""

    def __init__(self, first: threading.Lock, let_go: threading.Event) -> None:
        self._first = first
        self._let_go = let_go

    def ask(self, question: SealedQuestion) -> object:
        if self._first.acquire(blocking=False):
            assert self._let_go.wait(WAIT_S)
            raise PlatformError("platform.unreachable", "hung")
        return SimpleNamespace(sealed=question.sealed[::-1])

    def abort(self) -> None:
        self._let_go.set()

    def close(self) -> None:
        pass


def test_at_the_agents_door_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    first, let_go = threading.Lock(), threading.Event()
    clients: Any = [HangingClient(first, let_go) for _ in range(2)]
    with closing(Door(Path("door"), clients)):
        hung = socket.socket(socket.AF_UNIX)
        hung.connect(str(Path("door") / asking.FILE))
        hung.sendall(b'{"platform_key":"a","sealed":"YWI="}\n')
        while not first.locked():
            threading.Event().wait(0.001)
        for at in range(5):
            assert ask(Path("door"), SealedQuestion("a", b"ab%d" % at)) == b"%dba" % at
        let_go.set()
        assert b"platform.unreachable" in hung.recv(1000)
        hung.close()
