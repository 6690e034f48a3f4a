"""What the running kiosk keeps: nothing of it is readable without the card or the platform's key."""

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from devices.contract import State, Status
from kiosk.applicant import applicant
from kiosk.delivery import Link
from kiosk.effects import SaveDraft, Submit
from kiosk.states import DELIVERED, QUEUED
from kiosk.store import COPIES, STOPPED, CopiesError, Store
from offline_cache.bodies import Company
from offline_cache.card_key import WrongCardError
from offline_cache.clock import SystemClock
from offline_cache.identity import save
from offline_cache.lock import HeldError
from offline_cache.receipts import of_card
from offline_cache.return_letter import Letter, seal_letter
from offline_cache.sealing import suite
from tests.kiosk.world import ACCOUNT, ANSWERS, COMPANY, CREDIT_CODE, PHONE, card_of
from tests.markers import found
from tests.offline_cache.conftest import Told, new_identity, stored


@dataclass
class Notes(Told):
    """What the agent knows, as a test wants it."""

    next_sequence: int = 1
    letters: dict[bytes, bytes] = field(default_factory=dict)
    key: tuple[str, bytes] | None = None

    def link(self) -> Link:
        return Link(online=True)

    def next_wanted(self, _: bytes) -> int:
        return self.next_sequence

    def platform_key(self) -> tuple[str, bytes] | None:
        return self.key

    def letter(self, entry_id: bytes) -> bytes | None:
        return self.letters.get(entry_id)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def store(tmp_path: Path, notes: Notes) -> Iterator[Store]:
    algorithms = suite("intl-1")
    save(tmp_path, new_identity(algorithms.opening_key(algorithms.new_opening_key())))
    made = Store(tmp_path, SystemClock(), lambda: notes)
    made.open()
    made.cards_probed(stable=True)
    yield made
    made.close()


CARD = base64.b64decode(card_of("elder").raw)


def submission() -> Submit:
    answers = {name: ANSWERS[name] for name in ("account_kind", "account", "phone")}
    return Submit(
        b"e" * 16,
        "gaoling-jintie",
        1,
        "高龄津贴",
        applicant(card_of("elder")),
        answers,
        {"c": "1"},
        {"id_card": "card"},
    )


def test_a_submission_is_one_whatever_is_tried_again(store: Store) -> None:
    first = store.submit(CARD, submission())
    again = store.submit(CARD, submission())
    assert first == again
    assert [row.number for row in store.cases(CARD)] == [first.number]


def test_the_parts_of_a_bundle_are_known_as_such_afterwards(store: Store, notes: Notes) -> None:
    parts = [replace(submission(), entry_id=bytes([at]) * 16, bundle=b"b" * 16) for at in (1, 2)]
    store.submit_all(CARD, parts)
    store.submit(CARD, submission())
    assert [row.bundle for row in store.cases(CARD)] == ["", (b"b" * 16).hex(), (b"b" * 16).hex()]
    notes.next_sequence = 2
    assert store.states([part.entry_id for part in parts]) == [DELIVERED, QUEUED]


def test_the_state_follows_what_the_platform_says(store: Store, notes: Notes) -> None:
    case = store.submit(CARD, submission())
    assert store.state(b"e" * 16) == QUEUED
    notes.next_sequence = 2
    assert store.state(b"e" * 16) == DELIVERED
    ((_, receipt),) = of_card(store._journal.connection, store._key(CARD))
    notes.letters[b"e" * 16] = seal_letter(receipt.return_key, b"e" * 16, Letter("BJ1", "accepted", 1, ""))
    (row,) = store.cases(CARD)
    assert (row.number, row.platform_number, row.state) == (case.number, "BJ1", "已受理")
    assert store.cases(CARD[:-1] + b"x") == []


def test_the_draft_ends_with_the_session_but_not_with_the_program(store: Store) -> None:
    draft = SaveDraft("gaoling-jintie", 1, {"phone": PHONE}, "account")
    for outcome, left in ((STOPPED, True), ("left", False), ("timeout", False)):
        store.session_started()
        store.save_draft(CARD, draft)
        store.session_ended(CARD, outcome)
        assert (store.open_card(CARD).draft is not None) is left


def test_one_kiosk_a_folder(store: Store, tmp_path: Path, notes: Notes) -> None:
    with pytest.raises(HeldError):
        Store(tmp_path, SystemClock(), lambda: notes).open()


def test_a_print_that_a_crash_interrupted_is_told_as_unknown(tmp_path: Path, notes: Notes, store: Store) -> None:
    store.print_sending(store.print_prepared(b"e" * 16, 0))
    store.print_prepared(b"f" * 16, 0)
    sent = store.print_prepared(b"g" * 16, 0)
    store.print_sending(sent)
    store.print_sent(sent)
    store.close()
    after = Store(tmp_path, SystemClock(), lambda: notes)
    after.open()
    rows = after._journal.connection.execute("SELECT about, state FROM prints ORDER BY rowid").fetchall()
    assert rows == [(b"e" * 16, "unknown"), (b"f" * 16, "failed-clean"), (b"g" * 16, "unknown")]
    store._opened = False
    after.close()


def test_nothing_personal_can_be_read_from_the_folder(store: Store, tmp_path: Path) -> None:
    store.session_started()
    store.save_draft(CARD, SaveDraft("gaoling-jintie", 1, dict(ANSWERS), "phone"))
    store.submit(CARD, submission())
    store.print_ended(*(begun(store), b"e" * 16, 0), "confirmed", "")
    store.device_changed("reader", Status(state=State.ONLINE))
    person = applicant(card_of("elder"))
    markers = [person.name, person.id_number, person.address, ACCOUNT, PHONE]
    assert not found(markers, [tmp_path])
    store.session_ended(CARD, "submitted")
    assert len(stored(tmp_path)) == 5


def begun(store: Store) -> bytes:
    print_id = store.print_prepared(b"e" * 16, 0)
    store.print_sending(print_id)
    return print_id


def test_what_is_handed_out_holds_random_tokens(store: Store) -> None:
    tokens = set()
    for at in range(3):
        effect = submission()
        tokens.add(store.submit(CARD, Submit(**{**effect.__dict__, "entry_id": os.urandom(15) + bytes([at])})).token)
    assert len(tokens) == 3


def test_copies_of_a_receipt_are_numbered_and_counted(store: Store) -> None:
    case = store.submit(CARD, submission())
    (row,) = store.cases(CARD)

    def printed(copy: int, outcome: str) -> None:
        about = submission().entry_id
        print_id = store.print_prepared(about, copy)
        store.print_sending(print_id)
        store.print_ended(print_id, about, copy, outcome, "")

    first = store.copy(CARD, row.position)
    assert (first.number, first.submitted, first.service_name) == (1, case, "高龄津贴")
    printed(1, "failed-clean")
    assert store.copy(CARD, row.position).number == 1
    printed(1, "unknown")
    assert store.copy(CARD, row.position).number == 2
    for number in range(2, COPIES + 1):
        printed(number, "confirmed")
    with pytest.raises(CopiesError):
        store.copy(CARD, row.position)
    assert store.copy(CARD, row.position, attended=True).number == COPIES + 1
    with pytest.raises(WrongCardError):
        store.copy(base64.b64decode(card_of("younger").raw), row.position)


def test_a_copy_knows_who_acted_masked(store: Store) -> None:
    helper = applicant(card_of("younger"))
    company = Company(CREDIT_CODE, COMPANY)
    store.submit(CARD, replace(submission(), agent=helper, company=company))
    (row,) = store.cases(CARD)
    found = store.copy(CARD, row.position)
    assert (found.agent, found.company) == ("李**", "青禾县****有限公司")


def test_a_draft_knows_its_company(store: Store) -> None:
    store.save_draft(CARD, SaveDraft("linmu-caifa", 2, {"place": "hill"}, "owner", CREDIT_CODE))
    draft = store.open_card(CARD).draft
    assert draft is not None
    assert (draft.company, draft.question) == (CREDIT_CODE, "owner")
