"""Files of cases: durable before they are referred to, readable with their own key only, never collected in use."""

import os
from pathlib import Path

import pytest

from offline_cache.attachments import MAX_BYTES, AttachmentError, Attachments, kept, refer_from_draft, refer_from_entry
from offline_cache.card_key import card_key
from offline_cache.drafts import Draft, delete, save
from offline_cache.entry import Kind
from offline_cache.journal import Journal
from offline_cache.sealing import SealingError, suite
from offline_cache.sqlite import transaction
from tests.offline_cache.conftest import FixedClock

CONTENT = "户口本第一页".encode() * 100
KEY = card_key(b"secret" * 6, b"card")


@pytest.fixture
def attachments(tmp_path: Path) -> Attachments:
    return Attachments(tmp_path, suite("intl-1"))


def collected(journal: Journal, attachments: Attachments) -> int:
    with transaction(journal.connection, journal.path):
        return attachments.collect(journal.connection)


def test_a_file_opens_with_its_own_key_and_is_named_by_its_digest(attachments: Attachments) -> None:
    made = attachments.keep(CONTENT, "image/jpeg")
    again = attachments.keep(CONTENT, "image/jpeg")
    assert attachments.open(made) == CONTENT
    assert made.digest != again.digest
    (path,) = [path for path in attachments.folder.iterdir() if path.name == made.digest.hex()]
    assert CONTENT[:30] not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert suite("intl-1").digest(path.read_bytes()) == made.digest


def test_what_is_damaged_or_gone_is_told(attachments: Attachments) -> None:
    made = attachments.keep(CONTENT, "image/jpeg")
    path = attachments.folder / made.digest.hex()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(AttachmentError) as damaged:
        attachments.open(made)
    path.unlink()
    with pytest.raises(AttachmentError) as missing:
        attachments.open(made)
    assert (damaged.value.code, missing.value.code) == ("attachment.damaged", "attachment.missing")


def test_a_file_of_another_case_does_not_open(attachments: Attachments) -> None:
    one, other = attachments.keep(CONTENT, "image/jpeg"), attachments.keep(b"other", "image/jpeg")
    with pytest.raises(SealingError):
        suite("intl-1").unlock(other.key, attachments.locked(one.digest, one.size))


def test_too_large_a_file_is_refused_before_it_is_written(attachments: Attachments) -> None:
    with pytest.raises(AttachmentError, match="at most") as error:
        attachments.keep(bytes(MAX_BYTES + 1), "image/jpeg")
    assert error.value.code == "attachment.too-large"
    assert not attachments.folder.exists()


def test_leftovers_go_and_what_is_referred_to_stays(
    journal: Journal, attachments: Attachments, clock: FixedClock
) -> None:
    of_case, of_draft, of_nobody = (attachments.keep(CONTENT, "image/jpeg") for _ in range(3))
    (attachments.folder / f".{'0' * 64}.new").write_bytes(b"half a file")
    with journal.writing(Kind.CASE, os.urandom(16), lambda _: b"x", "") as written:
        refer_from_entry(journal.connection, written.entry_id, [of_case], 0)
    with transaction(journal.connection, journal.path):
        save(journal.connection, KEY, Draft("x", 1, {}, ""), clock)
        refer_from_draft(journal.connection, KEY, of_draft, 0)
    assert collected(journal, attachments) == 2
    assert attachments.open(of_case) == attachments.open(of_draft) == CONTENT
    with pytest.raises(AttachmentError):
        attachments.open(of_nobody)
    with transaction(journal.connection, journal.path):
        delete(journal.connection, KEY)
    assert collected(journal, attachments) == 1
    assert [row.digest for row in kept(journal.connection)] == [of_case.digest]
    assert attachments.open(of_case) == CONTENT


def test_a_file_that_goes_from_the_draft_to_its_case_stays(
    journal: Journal, attachments: Attachments, clock: FixedClock
) -> None:
    made = attachments.keep(CONTENT, "image/jpeg")
    with transaction(journal.connection, journal.path):
        save(journal.connection, KEY, Draft("x", 1, {}, ""), clock)
        refer_from_draft(journal.connection, KEY, made, 0)
    with journal.writing(Kind.CASE, os.urandom(16), lambda _: b"x", "") as written:
        refer_from_entry(journal.connection, written.entry_id, [made], 0)
        delete(journal.connection, KEY)
    assert collected(journal, attachments) == 0
    assert attachments.open(made) == CONTENT
