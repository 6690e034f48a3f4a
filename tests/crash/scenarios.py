"""What is recorded, and what has to hold in every state that a power cut may have left.

`prepare` and `run` work in a folder of the scenario's own; `run` marks what has been acknowledged to its user. `check`
gets a folder with one such state, and the marks of before the cut.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.applicant import applicant
from kiosk.delivery import Link
from kiosk.effects import SaveDraft, Submit
from kiosk.store import CardFound, Store
from offline_cache import manifest, retention, salvage, space
from offline_cache.attachments import Attachments, kept, refer_from_draft, refer_from_entry
from offline_cache.batch import decode_batch
from offline_cache.card_key import card_key
from offline_cache.clock import Anchor, SystemClock
from offline_cache.entry import Kind, decode_header
from offline_cache.export import Exporter
from offline_cache.identity import Identity, IdentityError, load, save
from offline_cache.journal import Journal
from offline_cache.sealing import suite
from offline_cache.sqlite import transaction
from offline_cache.upstream import Alone
from sync.state import SyncState, SyncStateReader
from sync.wire import FeedAnswer, FeedItem
from tests.kiosk.world import card_of
from tests.offline_cache.conftest import Told, damages, new_identity, stored

Mark = Callable[[str], None]
SAMPLES = Path(__file__).parents[1] / "offline_cache" / "samples"
SECRET_WORD = "柳溪村三组王小明"
SUITE = suite("intl-1")
BALLAST_BYTES = 4096


class Scenario(Protocol):
    def prepare(self, root: Path) -> None: ...
    def run(self, root: Path, mark: Mark) -> None: ...
    def check(self, root: Path, marks: list[str]) -> None: ...


class Nobody(Alone):
    """Implements kiosk.delivery.Delivery."""

    def link(self) -> Link:
        return Link(online=False)

    def platform_key(self) -> None:
        return None

    def letter(self, _: bytes) -> None:
        return None


def enrolled(root: Path) -> Path:
    data = root / "data"
    save(data, new_identity(SUITE.opening_key(SUITE.new_opening_key())))
    return data


def journal_of(data: Path, upstream: Alone | Told | None = None) -> Journal:
    return Journal(data, load(data), SystemClock(), upstream or Alone())


def entry_ids(data: Path) -> list[str]:
    """Of every journal; of an entry that is carried, both its own and its carrier's are there once."""
    return [decode_header(one.header).entry_id.hex() for _, one in stored(data)]


def assert_whole(data: Path, acknowledged: list[str]) -> None:
    found = entry_ids(data)
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))
    assert damages(data, each=True) == []


class Session:
    """Citizens, one after the other: drafts, a submission, a print, the end; the minute's housekeeping between them."""

    def prepare(self, root: Path) -> None:
        data = enrolled(root)
        space.BALLAST_BYTES = BALLAST_BYTES
        store = self._store(data)
        store.open()
        store.cards_probed(stable=True)
        store.close()

    def run(self, root: Path, mark: Mark) -> None:
        space.BALLAST_BYTES = BALLAST_BYTES
        store = self._store(root / "data")
        store.open()
        for citizen in range(2):
            card = self._card(citizen)
            store.session_started()
            for answered in (1, 2):
                answers = {"name": SECRET_WORD, "n": str(answered)}
                store.save_draft(card, SaveDraft("gaoling-jintie", 1, answers, "phone"))
                mark(f"draft {citizen} {answered}")
            mark(f"submitting {citizen}")
            submit = Submit(
                os.urandom(16), "gaoling-jintie", 1, "高龄津贴", applicant(card_of("elder")),
                {"name": SECRET_WORD, "more": os.urandom(1500).hex()}, {"c": "1"},
            )  # fmt: skip
            case = store.submit(card, submit)
            mark(f"case {citizen} {case.number}")
            print_id = store.print_prepared(submit.entry_id, 0)
            store.print_sending(print_id)
            store.print_sent(print_id)
            store.print_ended(print_id, submit.entry_id, 0, "confirmed", "")
            store.session_wiped(store.session_ended(card, "done"), card, {})
            store.keep_house()
        store.close()

    def check(self, root: Path, marks: list[str]) -> None:
        data = root / "data"
        for path in data.rglob("*"):
            assert path.is_dir() or SECRET_WORD.encode() not in path.read_bytes()
        store = self._store(data)
        store.open()
        assert not (data / salvage.ASIDE).exists()
        for citizen in range(2):
            told = [mark.split() for mark in marks if mark.split()[1] == str(citizen)]
            cases = [words[2] for words in told if words[0] == "case"]
            found = [row.number for row in store.cases(self._card(citizen))]
            assert found == cases or (not cases and len(found) <= 1)
            draft = store.open_card(self._card(citizen)).draft
            if told and told[-1][0] == "draft":
                assert draft is not None
                assert int(draft.answers["n"]) >= int(told[-1][2])
            if cases:
                assert draft is None
        assert store.open_card(self._card(99)) == CardFound(0, None)
        store.session_started()
        store.close()
        assert_whole(data, [])

    @staticmethod
    def _store(data: Path) -> Store:
        return Store(data, SystemClock(), Nobody)

    @staticmethod
    def _card(citizen: int) -> bytes:
        return hashlib.shake_256(b"card %d" % citizen).digest(1280)


class Enrolment:
    """The kiosk's keys, which the platform gives only once."""

    def prepare(self, root: Path) -> None:
        pass

    def run(self, root: Path, mark: Mark) -> None:
        save(root / "data", self._identity())
        mark("saved")

    def check(self, root: Path, marks: list[str]) -> None:
        if marks or (root / "data" / "identity.json").exists():
            assert load(root / "data") == self._identity()
        else:
            with pytest.raises(IdentityError, match="not enrolled"):
                load(root / "data")

    @staticmethod
    def _identity() -> Identity:
        return Identity(
            kiosk="K0001", suite="intl-1", signing_key=b"s" * 32, secret=b"c" * 32, platform_key_id="pk",
            platform_public_key=b"p" * 32, public_address="https://tongban.example",
        )  # fmt: skip


class Acknowledgement:
    """The agent's notes: what the platform has, and its letters."""

    JOURNAL = b"j" * 16

    def prepare(self, root: Path) -> None:
        (root / "data").mkdir()

    def run(self, root: Path, mark: Mark) -> None:
        state = SyncState(root / "data", SystemClock())
        for turn in range(1, 13):
            state.acknowledged(self.JOURNAL, 1 + turn * 100, [], 1_800_000_000_000)
            mark(f"next {1 + turn * 100}")
            state.fed(FeedAnswer(items=[FeedItem(turn, b"%016d" % turn, b"letter" * 50)], next=turn, server_ms=0))
            mark(f"letter {turn}")
            state.contacted(1_800_000_000_000 + turn)
        state.close()

    def check(self, root: Path, marks: list[str]) -> None:
        told = {word: int(number) for word, number in (mark.split() for mark in marks)}
        SyncState(root / "data", SystemClock()).close()
        reader = SyncStateReader(root / "data")
        assert reader.next_wanted(self.JOURNAL) in (told.get("next", 1), 1 + told.get("letter", 0) * 100 + 100)
        assert reader.contact().cursor - told.get("letter", 0) in (0, 1)
        for turn in range(1, reader.contact().cursor + 1):
            assert reader.letter(b"%016d" % turn) == b"letter" * 50
        reader.close()


class Compacting:
    """Bodies that the platform has go, and their room is given back."""

    COUNT, DELIVERED = 120, 80

    def prepare(self, root: Path) -> None:
        data = enrolled(root)
        journal = journal_of(data)
        for _ in range(self.COUNT):
            journal.append(Kind.CASE, os.urandom(1500))
        journal.close()

    def run(self, root: Path, mark: Mark) -> None:
        clock = SystemClock()
        now = Anchor(clock.wall_ms(), clock.wall_ms(), clock.monotonic_ms(), clock.boot_id())
        told = Told(delivered=self.DELIVERED, at=now)
        journal = journal_of(root / "data", told)
        retention.drop_delivered(journal, told, retention.KEEP_DAYS)
        mark("dropped")
        retention.drop_prints(journal, clock.wall_ms())
        journal.checkpoint()
        journal.give_back()
        mark("given back")
        journal.close()

    def check(self, root: Path, marks: list[str]) -> None:
        data = root / "data"
        journal_of(data).close()
        assert damages(data, each=True) == []
        found = [one for _, one in stored(data)]
        assert len(found) == self.COUNT
        assert all(one.body is not None for one in found[self.DELIVERED :])
        if "dropped" in marks:
            assert all(one.body is None for one in found[: self.DELIVERED])


class Exporting:
    """To a stick, twice, with new entries between."""

    COUNT, MORE = 130, 9

    def prepare(self, root: Path) -> None:
        data = enrolled(root)
        (root / "stick").mkdir()
        journal = journal_of(data)
        attachment = Attachments(data, SUITE).keep(os.urandom(5000), "image/jpeg")
        with journal.writing(Kind.CASE, b"e" * 16, lambda _: b"case", "x@1"):
            refer_from_entry(journal.connection, b"e" * 16, [attachment], 0)
        for _ in range(self.COUNT - 1):
            journal.append(Kind.CASE, os.urandom(300))
        journal.close()

    def run(self, root: Path, mark: Mark) -> None:
        data = root / "data"
        self._export(root)
        mark("exported")
        journal = journal_of(data)
        for _ in range(self.MORE):
            mark(f"entry {journal.append(Kind.CASE, os.urandom(300)).entry_id.hex()}")
        journal.close()
        self._export(root)
        mark("exported again")

    def check(self, root: Path, marks: list[str]) -> None:
        data = root / "data"
        key = SUITE.verifying_key(SUITE.signing_key(load(data).signing_key).public)
        folder = root / "stick" / "tongban-K0001"
        if (folder / manifest.SIGNATURE_FILE).exists():
            manifest.prove((folder / manifest.FILE).read_bytes(), (folder / manifest.SIGNATURE_FILE).read_bytes(), key)
        if marks and marks[-1].startswith("exported"):
            self._assert_exported(folder, self.COUNT if marks == ["exported"] else self.COUNT + self.MORE, key)
        journal_of(data).close()
        assert_whole(data, [mark.split()[1] for mark in marks if mark.startswith("entry")])
        self._export(root)
        self._assert_exported(folder, len(stored(data)), key)

    @staticmethod
    def _export(root: Path) -> None:
        exporter = Exporter(root / "data", root / "stick", load(root / "data"), Alone(), everything=True)
        exporter.run()
        exporter.close()

    @staticmethod
    def _assert_exported(folder: Path, count: int, key: object) -> None:
        raw = (folder / manifest.FILE).read_bytes()
        manifest.prove(raw, (folder / manifest.SIGNATURE_FILE).read_bytes(), key)  # type: ignore[arg-type]
        sequences: list[int] = []
        for listed in manifest.decode(raw).files:
            content = (folder / listed.name).read_bytes()
            assert SUITE.digest(content) == listed.digest
            if listed.name.endswith(".batch"):
                sequences += [decode_header(one.header).sequence for one in decode_batch(content).entries]
        assert sequences == list(range(1, count + 1))
        assert len(list((folder / manifest.ATTACHMENTS).iterdir())) == 1


class Migrating:
    """A database of the first schema, opened by this program."""

    def prepare(self, root: Path) -> None:
        shutil.copytree(SAMPLES / "1", root / "data")
        (root / "data" / "identity.json").chmod(0o600)

    def run(self, root: Path, mark: Mark) -> None:
        journal = journal_of(root / "data")
        mark("opened")
        mark(f"entry {journal.append(Kind.DEVICE, b'x').entry_id.hex()}")
        journal.close()

    def check(self, root: Path, marks: list[str]) -> None:
        data = root / "data"
        journal_of(data).close()
        sample = root.parent / "sample"
        if not sample.exists():
            shutil.copytree(SAMPLES / "1", sample)
            (sample / "identity.json").chmod(0o600)
            journal_of(sample).close()
        entries = [mark.split()[1] for mark in marks if mark.startswith("entry")]
        assert_whole(data, entry_ids(sample) + entries)


class Salvaging:
    """A database with a page that was lost: set aside, its sound entries go on in a new one."""

    COUNT = 60

    def prepare(self, root: Path) -> None:
        data = enrolled(root)
        journal = journal_of(data)
        for _ in range(self.COUNT):
            journal.append(Kind.CASE, os.urandom(1200))
        journal.give_back()
        journal.close()
        path = data / "journal.db"
        raw = bytearray(path.read_bytes())
        raw[4096 * 12 : 4096 * 13] = bytes(4096)
        path.write_bytes(raw)
        (root / "damaged.db").write_bytes(raw)

    def run(self, root: Path, mark: Mark) -> None:
        journal, _ = salvage.open_or_salvage(root / "data", load(root / "data"), SystemClock(), Alone(), damaged=True)
        mark("salvaged")
        mark(f"entry {journal.append(Kind.DEVICE, b'x').entry_id.hex()}")
        journal.close()

    def check(self, root: Path, marks: list[str]) -> None:
        data = root / "data"
        salvage.finish(data)
        damaged = not list(data.glob(f"{salvage.ASIDE}/*/journal.db"))
        assert not (damaged and marks)
        journal, salvaged = salvage.open_or_salvage(data, load(data), SystemClock(), Alone(), damaged=damaged)
        journal.close()
        assert (salvaged is not None) == damaged
        (aside,) = data.glob(f"{salvage.ASIDE}/*/journal.db")
        assert aside.read_bytes() == (root / "damaged.db").read_bytes()
        entries = [mark.split()[1] for mark in marks if mark.startswith("entry")]
        found = entry_ids(data)
        assert set(entries) <= set(found)
        assert len(found) == len(set(found))
        assert all(damage.code == "entry.missing" for damage in damages(data, each=True))
        assert len(found) >= self.COUNT - 3


class Attaching:
    """Files under a draft, then under its case; one that nothing ever refers to."""

    def prepare(self, root: Path) -> None:
        journal_of(enrolled(root)).close()

    def run(self, root: Path, mark: Mark) -> None:
        data = root / "data"
        journal, attachments = journal_of(data), Attachments(data, SUITE)
        attachments.keep(b"never referred to" * 500, "image/jpeg")
        for turn in range(3):
            key = card_key(load(data).secret, b"card %d" % turn)
            made = attachments.keep(SECRET_WORD.encode() * 500, "image/jpeg")
            with transaction(journal.connection, journal.path):
                refer_from_draft(journal.connection, key, made, 0)
            entry_id = os.urandom(16)
            with journal.writing(Kind.CASE, entry_id, lambda _: b"x", "x@1"):
                refer_from_entry(journal.connection, entry_id, [made], 0)
            mark(f"entry {entry_id.hex()} {made.digest.hex()}")
        journal.close()

    def check(self, root: Path, marks: list[str]) -> None:
        data = root / "data"
        journal, attachments = journal_of(data), Attachments(data, SUITE)
        with transaction(journal.connection, journal.path):
            attachments.collect(journal.connection)
        rows = list(kept(journal.connection))
        journal.close()
        for row in rows:
            assert SECRET_WORD.encode() not in attachments.locked(row.digest, row.size)
        told = [mark.split() for mark in marks]
        assert {words[2] for words in told} <= {row.digest.hex() for row in rows if row.entry_id}
        assert {path.name for path in attachments.folder.glob("*")} <= {row.digest.hex() for row in rows}
        assert_whole(data, [words[1] for words in told])


SCENARIOS: dict[str, Scenario] = {
    "session": Session(),
    "enrolment": Enrolment(),
    "acknowledgement": Acknowledgement(),
    "compacting": Compacting(),
    "exporting": Exporting(),
    "migrating": Migrating(),
    "salvaging": Salvaging(),
    "attaching": Attaching(),
}
