"""Many cards and many receipts, with faults and kills at random moments: nobody is mistaken for another, nothing is
printed twice, nothing is called printed that is not on paper."""

import base64
import contextlib
import os
import random
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from devices import circuit
from devices.connection import host_command
from devices.contract import Failure, Line, Paper, PrintResult, State
from devices.device import Device
from devices.virtual import receipt_printer, sam_v
from devices.virtual.people import card_photo, card_text, people
from devices.virtual.receipt_printer import VirtualPrinter
from devices.virtual.sam_v import VirtualReader
from kiosk.printing import print_paper
from kiosk.store import Store
from kiosk.worker import Worker
from offline_cache import print_ledger
from offline_cache.clock import SystemClock
from offline_cache.identity import save
from offline_cache.sealing import suite
from tests.devices.conftest import Bench
from tests.kiosk.test_store import Notes
from tests.offline_cache.conftest import new_identity

ROUNDS = [30, pytest.param(1000, marks=pytest.mark.long)]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here drivers are killed by hand; nobody gives up on them."""
    monkeypatch.setattr(circuit, "OPEN_AFTER", 1 << 30)
    monkeypatch.setattr(circuit, "MAX_PAUSE_S", 0.01)


class Chance:
    """What goes wrong, and when. Seeded: a failure can be played again."""

    def __init__(self, faults: tuple[str, ...], within_s: float) -> None:
        self._random = random.Random(4)
        self._within_s = within_s
        self._faults = [fault for fault in faults if fault != "none"]

    def pick(self) -> tuple[str, float]:
        """(fault, `kill` or `none`; after how many seconds)."""
        dice = self._random.random()
        fault = "none" if dice < 0.5 else "kill" if dice < 0.75 else self._random.choice(self._faults)
        return fault, self._random.uniform(0.0, self._within_s)

    def one_of(self, things: list[Any]) -> Any:
        return self._random.choice(things)


def go_wrong(bench: Bench, device: Device, virtual: Any, fault: str, after_s: float) -> None:
    def now() -> None:
        if fault == "kill" and device.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(device.pid, signal.SIGKILL)
        elif fault != "kill":
            virtual.fault = fault

    bench.loop.later(after_s, now)


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.usefixtures("patient")
def test_nobody_is_mistaken_for_another(bench: Bench, tmp_path: Path, rounds: int) -> None:
    virtual = VirtualReader(tmp_path / "reader", paced=True)
    reader = bench.device(host_command("sam_v"), {"port": str(tmp_path / "reader")})
    chance, told = Chance(sam_v.FAULTS, 0.13), Counter[str]()
    for _ in range(rounds):
        bench.until(lambda: reader.pid is not None)
        person = chance.one_of(sorted(people()))
        virtual.lay(people()[person])
        fault, after_s = chance.pick()
        go_wrong(bench, reader, virtual, fault, after_s)
        answer = bench.ask(reader, "read", wait_ms=50)
        if isinstance(answer, Failure):
            told[answer.code] += 1
        else:
            told["read"] += 1
            assert base64.b64decode(answer["raw"]) == card_text(people()[person]) + card_photo(people()[person])
        virtual.fault = "none"
        virtual.lift()
    assert told["read"] > rounds / 3
    assert told["device.crashed"] > 0
    reader.close()
    virtual.stop()


@pytest.fixture
def ledger(tmp_path: Path) -> Store:
    algorithms = suite("intl-1")
    data = tmp_path / "data"
    save(data, new_identity(algorithms.opening_key(algorithms.new_opening_key())))
    return Store(data, SystemClock(), Notes)


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("profile", ["generic-80", "native-80"])
@pytest.mark.usefixtures("patient")
def test_nothing_is_doubled_and_nothing_falsely_confirmed(
    bench: Bench, ledger: Store, tmp_path: Path, profile: str, rounds: int
) -> None:
    virtual = VirtualPrinter(0, tmp_path / "papers")
    settings = {"host": "127.0.0.1", "port": str(virtual.port), "profile": profile}
    printer = bench.device(host_command("escpos"), settings)
    worker = Worker(bench.loop)
    opened: list[object] = []
    worker.do(ledger.open, opened.append)
    bench.until(lambda: bool(opened) and printer.status.state is State.ONLINE)
    chance, outcomes = Chance(receipt_printer.FAULTS, 0.03), {}
    for number in range(rounds):
        bench.until(lambda: printer.pid is not None)
        results: list[PrintResult] = []
        name = f"回执{number:05}完"
        paper = Paper(lines=[Line(text=name), *[Line(text="材料已加密存在本机，断电也不会丢。")] * 12])
        fault, after_s = chance.pick()
        go_wrong(bench, printer, virtual, fault, after_s)
        print_paper(worker, ledger, printer, paper, number.to_bytes(16, "big"), 0, results.append)
        bench.until(lambda: bool(results))  # noqa: B023
        outcomes[name] = results[0].outcome
        virtual.fault = "none"
    counts: list[dict[str, int]] = []
    worker.do(lambda: print_ledger.counts(ledger._journal.connection), counts.append)
    worker.do(ledger.close, lambda _: None)
    bench.until(lambda: bool(counts))
    worker.close()
    texts = [path.read_text("utf-8").split() for path in (tmp_path / "papers").glob("*.txt")]
    on_paper = Counter(word for text in texts for word in text if word in outcomes)
    assert counts == [dict(Counter(outcomes.values()))]
    assert [name for name, count in on_paper.items() if count > 1] == []
    assert [name for name, outcome in outcomes.items() if outcome == "confirmed" and on_paper[name] != 1] == []
    assert [name for name, outcome in outcomes.items() if outcome == "failed-clean" and on_paper[name]] == []
    assert set(outcomes.values()) == {"confirmed", "failed-clean", "unknown"}
    printer.close()
    virtual.stop()
