"""Whatever is tried, in whatever order: a code is tried five times at most, taken once, and never after its time."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from central import assurance, codes_sent, phones
from central.codes_sent import KIOSK_AN_HOUR, PERSON_AN_HOUR, TRIES, VALID_MS, OftenError
from central.store import Job, Store, open_store
from sync.proof import CheckCode
from sync.question import new_question

T = TypeVar("T")
SECRET = b"s" * 32
Do = Callable[[Job[T]], T]


class CodeMachine(RuleBasedStateMachine):
    """One person at two kiosks, beside what the platform keeps: a model of one line each."""

    do: Do

    @initialize()
    def begin(self) -> None:
        self.person, self.kiosks = os.urandom(32), [os.urandom(4).hex(), os.urandom(4).hex()]
        self.now = 1_800_000_000_000
        self.sent: list[tuple[int, int, str]] = []  # when, from which kiosk, the code
        self.tries = 0
        self.live = False
        self.granted: list[tuple[int, int, bytes]] = []
        self.do(lambda work: phones.keep(work, self.person, "13800000018", self.now))

    @rule(kiosk=st.integers(0, 1))
    def send(self, kiosk: int) -> None:
        lately = [at for at, _, _ in self.sent if self.now - at <= codes_sent.HOUR_MS]
        try:
            made = self.do(lambda work: codes_sent.prepare(work, SECRET, self.person, self.kiosks[kiosk], self.now))
        except OftenError:
            assert len(lately) >= min(PERSON_AN_HOUR, KIOSK_AN_HOUR)
            return
        assert len(lately) < PERSON_AN_HOUR
        assert made is not None
        self.sent.append((self.now, kiosk, made.code))
        self.tries, self.live = 0, True

    @precondition(lambda self: self.sent)
    @rule(kiosk=st.integers(0, 1), which=st.integers(-3, -1), right=st.booleans())
    def check(self, kiosk: int, which: int, right: bool) -> None:
        at, where, newest = self.sent[-1]
        code = self.sent[max(which, -len(self.sent))][2] if right else f"{(int(newest) + 1) % 10**6:06}"
        found = self.do(lambda work: codes_sent.check(work, SECRET, self.person, self.kiosks[kiosk], code, self.now))
        may = self.live and kiosk == where and self.now - at < VALID_MS
        assert bool(found.assured) == (may and code == newest)
        self.tries += may
        assert self.tries <= TRIES
        if found.assured:
            self.granted.append((self.now, kiosk, found.assured))
        self.live = self.live and not found.assured and self.tries < TRIES

    @rule(seconds=st.sampled_from([1, 60, 299, 300, 601, 3600]))
    def wait(self, seconds: int) -> None:
        self.now += seconds * 1000

    @rule()
    def office_sets_another_phone(self) -> None:
        self.do(lambda work: phones.keep(work, self.person, "13900000019", self.now))
        self.live = False

    @precondition(lambda self: self.granted)
    @rule(kiosk=st.integers(0, 1), other=st.booleans())
    def ask(self, kiosk: int, other: bool) -> None:
        at, where, token = self.granted[-1]
        person = os.urandom(32) if other else self.person
        question = new_question("x", CheckCode(""), self.now, "card", token)
        level = self.do(lambda work: assurance.reached(work, person, self.kiosks[kiosk], question, self.now))
        holds = kiosk == where and not other and self.now - at < assurance.VALID_MS
        assert level == ("card+code" if holds else "card")


@pytest.fixture
def do(tmp_path: Path) -> Iterator[Do]:
    with asyncio.Runner() as runner:

        async def opened() -> Store:
            return await open_store(tmp_path, "")

        store = runner.run(opened())
        yield lambda job: runner.run(store.do(job))  # type: ignore[arg-type]
        runner.run(store.close())


def test_a_code_counts_once_and_not_for_ever(do: Do) -> None:
    machine = type("Bound", (CodeMachine,), {"do": staticmethod(do)})
    run_state_machine_as_test(machine, settings=settings(max_examples=100, stateful_step_count=30))
