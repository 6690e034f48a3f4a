"""Identity, receipts, drafts, the print ledger and the folder's lock."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from offline_cache import drafts, print_ledger, receipts
from offline_cache.card_key import WrongCardError, card_key
from offline_cache.database import open_journal
from offline_cache.drafts import Draft
from offline_cache.entry import Kind
from offline_cache.identity import FILE, Identity, IdentityError, load, save
from offline_cache.journal import Journal
from offline_cache.lock import FolderLock, HeldError
from offline_cache.print_ledger import LedgerError
from offline_cache.receipts import Receipt
from offline_cache.return_letter import Letter, LetterError, open_letter, seal_letter
from tests.offline_cache.conftest import FixedClock

CARD = bytes(range(256)) * 5
DRAFT = Draft("gaoling-jintie", 1, {"phone": "13800000018"}, "account")


def test_the_identity_is_for_nobody_else(tmp_path: Path, identity: Identity) -> None:
    save(tmp_path, identity)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert load(tmp_path) == identity
    assert identity.signing_key.hex() not in repr(identity)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(IdentityError, match="chmod 600") as error:
        load(tmp_path)
    assert error.value.code == "kiosk.identity"


def test_a_missing_and_a_damaged_identity_have_their_own_words(tmp_path: Path, identity: Identity) -> None:
    with pytest.raises(IdentityError) as missing:
        load(tmp_path)
    assert missing.value.code == "kiosk.not-enrolled"
    save(tmp_path, identity)
    (tmp_path / FILE).write_text("{")
    with pytest.raises(IdentityError) as damaged:
        load(tmp_path)
    assert damaged.value.code == "kiosk.identity"


def test_the_identity_comes_from_systemd_where_it_is_given(
    tmp_path: Path, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    save(credentials, identity)
    (credentials / FILE).rename(credentials / "tongban-identity")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert load(tmp_path / "data") == identity


def test_only_the_same_card_finds_and_opens(journal: Journal, clock: FixedClock) -> None:
    secret = os.urandom(32)
    mine, others = card_key(secret, CARD), card_key(secret, CARD[:-1] + b"?")
    elsewhere = card_key(os.urandom(32), CARD)
    receipt = Receipt("s", "高龄津贴", "K0001-000001-X", b"e" * 16, b"r" * 32, b"t" * 16, 5)
    with journal.writing(Kind.CASE, b"e" * 16, lambda _: b"x", "s@1"):
        receipts.add(journal.connection, mine, 7, receipt)
    drafts.save(journal.connection, mine, DRAFT, clock)
    assert receipts.of_card(journal.connection, mine) == [(7, receipt)]
    assert drafts.of_card(journal.connection, mine, clock) == DRAFT
    for key in (others, elsewhere):
        assert receipts.of_card(journal.connection, key) == []
        assert drafts.of_card(journal.connection, key, clock) is None
    sealed = mine.seal(b"x", b"draft")
    with pytest.raises(WrongCardError):
        others.open(sealed, b"draft")
    with pytest.raises(WrongCardError):
        mine.open(sealed, b"receipt")


@pytest.mark.parametrize(
    ("seconds", "reboot", "kept"),
    [
        (29 * 60, False, True),
        (31 * 60, False, False),
        (23 * 3600, True, True),
        (25 * 3600, True, False),
        (-25 * 3600, True, False),
    ],
)
def test_a_draft_lives_half_an_hour_with_power_and_a_day_without(
    journal: Journal, clock: FixedClock, seconds: int, reboot: bool, kept: bool
) -> None:
    key = card_key(os.urandom(32), CARD)
    drafts.save(journal.connection, key, DRAFT, clock)
    clock.passes(seconds)
    if reboot:
        clock.boot = os.urandom(16)
        clock.monotonic = 60_000
    assert (drafts.of_card(journal.connection, key, clock) is not None) is kept


def test_a_letter_opens_only_for_its_own_case() -> None:
    letter = Letter("BJ1", "accepted", 1, "")
    sealed = seal_letter(b"k" * 32, b"e" * 16, letter)
    assert open_letter(b"k" * 32, b"e" * 16, sealed) == letter
    for key, entry in ((b"k" * 32, b"f" * 16), (b"x" * 32, b"e" * 16)):
        with pytest.raises(LetterError):
            open_letter(key, entry, sealed)
    with pytest.raises(LetterError):
        open_letter(b"k" * 32, b"e" * 16, b"")


def test_one_writer_a_folder(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    with pytest.raises(HeldError, match=str(os.getpid())):
        FolderLock(tmp_path)
    first.release()
    FolderLock(tmp_path).release()


FINAL = set(print_ledger.OUTCOMES)


class LedgerMachine(RuleBasedStateMachine):
    """Whatever steps are tried and whenever the power fails: a final state stays, and what may be on paper is never
    called clean."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.connection = open_journal(Path(self.folder.name))
        self.model: dict[bytes, str] = {}

    def teardown(self) -> None:
        self.connection.close()
        self.folder.cleanup()

    @rule()
    def prepare(self) -> None:
        self.model[print_ledger.prepare(self.connection, b"", 0, 1)] = print_ledger.PREPARED

    @rule(data=st.data(), state=st.sampled_from(["sending", "sent", "confirmed", "failed-clean", "unknown"]))
    def step(self, data: st.DataObject, state: str) -> None:
        if not self.model:
            return
        chosen = data.draw(st.sampled_from(sorted(self.model)))
        before = self.model[chosen]
        try:
            print_ledger.step(self.connection, chosen, state, 2)
        except LedgerError:
            return
        assert before not in FINAL
        assert not (before == print_ledger.PREPARED and state in ("sent", "confirmed", "unknown"))
        assert not (before == print_ledger.SENT and state == print_ledger.FAILED_CLEAN)
        self.model[chosen] = state

    @rule()
    def power_fails(self) -> None:
        for print_id, _, _, outcome in print_ledger.settle_after_crash(self.connection, 3):
            before = self.model[print_id]
            assert before not in FINAL
            assert outcome == ("failed-clean" if before == print_ledger.PREPARED else "unknown")
            self.model[print_id] = outcome
        assert set(self.model.values()) <= FINAL


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=25, stateful_step_count=20)
