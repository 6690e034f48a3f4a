"""Receipts and drafts are kept only where a card gives the same bytes each time."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import pytest

from devices.contract import Card, Failure
from devices.loop import Cancel
from kiosk.card_probe import CardProbe
from kiosk.effects import SaveDraft
from kiosk.store import CardFound, Store
from tests.kiosk.test_store import CARD, notes, store, submission
from tests.kiosk.world import card_of

__all__ = ["notes", "store"]


def noisy(card: Card, noise: int) -> Card:
    return msgspec.structs.replace(card, raw=base64.b64encode(base64.b64decode(card.raw) + bytes([noise])).decode())


@dataclass
class Reader:
    """Gives what it is told to; implements kiosk.card_watch.Reader."""

    answers: list[Card | Failure]
    found: list[bool] = field(default_factory=list)
    gone_on: int = 0

    def call(
        self,
        method: str,
        params: dict[str, object],
        deadline_s: float,
        done: Callable[[dict[str, object] | Failure], None],
    ) -> Cancel:
        answer = self.answers.pop(0)
        done(answer if isinstance(answer, Failure) else msgspec.to_builtins(answer))
        return lambda: None

    def lay(self, probe: CardProbe, card: Card) -> None:
        probe.try_card(card, self.go_on)

    def go_on(self) -> None:
        self.gone_on += 1


ELDER, OTHER = card_of("elder"), card_of("younger")
AWAY = Failure(code="card.take-away")


@pytest.mark.parametrize(("second", "stable"), [(ELDER, True), (noisy(ELDER, 1), False)])
def test_a_second_read_at_once_decides(second: Card, stable: bool) -> None:
    reader = Reader([second])
    reader.lay(CardProbe(reader, reader.found.append), ELDER)
    assert (reader.found, reader.gone_on) == ([stable], 1)


@pytest.mark.parametrize(("second", "stable"), [(ELDER, True), (noisy(ELDER, 1), False)])
def test_where_it_has_to_be_lifted_the_next_visit_decides(second: Card, stable: bool) -> None:
    reader = Reader([AWAY])
    probe = CardProbe(reader, reader.found.append)
    reader.lay(probe, ELDER)
    assert (reader.found, reader.gone_on) == ([], 1)
    reader.lay(probe, second)
    assert (reader.found, reader.gone_on) == ([stable], 2)


def test_another_persons_card_decides_nothing() -> None:
    reader = Reader([AWAY, AWAY])
    probe = CardProbe(reader, reader.found.append)
    reader.lay(probe, ELDER)
    reader.lay(probe, OTHER)
    assert (reader.found, reader.gone_on) == ([], 2)


def test_the_probe_remembers_nobody() -> None:
    reader = Reader([AWAY])
    probe = CardProbe(reader, reader.found.append)
    reader.lay(probe, ELDER)
    kept = repr(vars(probe)).encode()
    for personal in (ELDER.id_number, ELDER.name):
        assert personal.encode() not in kept
        assert repr(personal.encode()).encode() not in kept


def test_without_the_same_bytes_nothing_is_kept_under_the_card(store: Store, expected_logs: list[str]) -> None:
    expected_logs.append("reader is degraded: card.unstable")
    store.cards_probed(stable=False)
    store.save_draft(CARD, SaveDraft("gaoling-jintie", 1, {}, "phone"))
    case = store.submit(CARD, submission())
    assert store.submit(CARD, submission()) == case
    assert store.open_card(CARD) == CardFound(0, None)
    assert store.cases(CARD) == []
    assert store._journal.connection.execute("SELECT count(*) FROM receipts").fetchone() == (0,)
    store.close()
    store.open()
    assert store.cards_stable() is False


@pytest.mark.parametrize("photo", [b"", b"\0" * 1024])
def test_a_card_that_gave_no_photo_keeps_nothing(store: Store, photo: bytes) -> None:
    card = CARD[:256] + photo
    store.save_draft(card, SaveDraft("gaoling-jintie", 1, {}, "phone"))
    store.submit(card, submission())
    assert store.open_card(card) == CardFound(0, None)
    assert store.cases(card) == []
