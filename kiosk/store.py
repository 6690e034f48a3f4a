"""Everything that the running kiosk keeps. Made in any thread, used in the worker's only."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from devices.contract import Status
from kiosk.applicant import masked_name
from kiosk.company import masked_company
from kiosk.delivery import Delivery, Link
from kiosk.effects import SaveDraft, Submit, Tell
from kiosk.housekeeping import LEVEL_CODES, Housekeeping
from kiosk.pages import CaseRow
from kiosk.receipt import Copy, Submitted, local_time
from kiosk.session_state import DraftFound
from kiosk.states import DELIVERED, QUEUED, Words, platform_words
from kiosk.usage import usage
from offline_cache import bodies, cards, drafts, print_ledger, receipts
from offline_cache.attachments import Attachments
from offline_cache.card_key import CardKey, can_be_guessed, card_key
from offline_cache.clock import ClockSource
from offline_cache.entry import Kind
from offline_cache.identity import Identity, load
from offline_cache.journal import Written
from offline_cache.lock import FolderLock
from offline_cache.number import receipt_number
from offline_cache.return_letter import Letter, LetterError, open_letter
from offline_cache.salvage import open_or_salvage
from offline_cache.sealing import suite
from offline_cache.space import Level
from offline_cache.sqlite import StorageError, environment_errors, transaction

STOPPED: Final = "stopped"
"""The session's outcome when the program ends under it: like a power cut, it leaves the draft."""


@dataclass(frozen=True)
class CardFound:
    cases: int
    draft: DraftFound | None


@dataclass(frozen=True)
class Condition:
    """link: to the platform. blocked: why no new case can be taken now, as a code; empty: it can."""

    link: Link
    blocked: str


class SpaceError(Exception):
    """There is no room for another case; those that were accepted are safe."""

    code = "space.no-cases"


_KINDS: Final = {
    bodies.Supplement: Kind.SUPPLEMENT,
    bodies.Withdrawal: Kind.WITHDRAWAL,
    bodies.Rating: Kind.RATING,
}
COPIES: Final = 3
"""How often the card's holder may have a receipt printed anew."""


class CopiesError(Exception):
    """There were enough copies of this receipt."""

    code = "print.copies"


class Store:
    """Every method may raise StorageError; `open` also IdentityError and HeldError, `submit` SpaceError."""

    def __init__(
        self,
        data: Path,
        clock: ClockSource,
        delivery: Callable[[], Delivery],
        reader: str = "reader",
        mirror: Path | None = None,
    ) -> None:
        """delivery: makes the reader of the agent's notes, in the worker's thread. reader: names the card reader's
        make, for what is known of it. mirror: a folder on a second medium for a live copy of the journal."""
        self._opened = False
        self._damaged = False
        self._data = data
        self._clock = clock
        self._make_delivery = delivery
        self._reader = reader
        self._mirror = mirror
        self._session = b""
        self._stable: bool | None = None
        self._submitted: dict[bytes, Submitted] = {}

    def open(self) -> None:
        """Takes the folder, opens the journal or salvages it, settles what a crash left."""
        self._lock = FolderLock(self._data)
        with ExitStack() as undo:
            undo.callback(self._lock.release)
            self._identity: Identity = load(self._data)
            self._delivery = self._make_delivery()
            self._journal, salvaged = open_or_salvage(
                self._data, self._identity, self._clock, self._delivery, damaged=self._damaged
            )
            undo.callback(self._journal.close)
            undo.push(self._remember_damage)
            self._house = Housekeeping(
                self._data, self._identity, self._journal, self._clock, self._delivery, self._mirror
            )
            if salvaged is not None:
                self._house.tell("journal", "degraded", "journal.salvaged")
            self._settle()
            self._house.run()
            with self._reading():
                self._stable = cards.are_stable(self._journal.connection, self._reader)
            self._damaged = False
            self._opened = True
            undo.pop_all()

    def _remember_damage(self, _: object, error: BaseException | None, __: object) -> None:
        """So that the next `open` salvages what this one could not work with."""
        self._damaged = isinstance(error, StorageError) and error.code == "storage.corrupt"

    def close(self) -> None:
        if self._opened:
            self._opened = False
            self._house.close()
            self._journal.close()
            self._lock.release()

    def set_aside(self) -> None:
        """The database was found damaged at work: the next `open` salvages it."""
        self._damaged = True
        self.close()

    def condition(self) -> Condition:
        if not self._opened:
            return Condition(Link(online=False), "")
        blocked = LEVEL_CODES[Level.NO_CASES] if self._house.level is Level.NO_CASES else ""
        self._house.copy_to_mirror()
        return Condition(self._delivery.link(), blocked)

    def keep_house(self) -> None:
        """Once a minute."""
        if self._opened:
            self._house.run()

    # -- the reader --

    def cards_stable(self) -> bool | None:
        """Whether two reads of a card give the same bytes; None: not tried yet with this reader."""
        return self._stable

    def cards_probed(self, *, stable: bool) -> None:
        with transaction(self._journal.connection, self._journal.path):
            cards.note(self._journal.connection, self._reader, stable=stable)
        self._stable = stable
        if not stable:
            self._house.tell("reader", "degraded", "card.unstable")

    # -- a session --

    def session_started(self) -> None:
        self._session = os.urandom(16)
        self._journal.append(Kind.SESSION_STARTED, bodies.encode(bodies.SessionEvent(self._session, "")))

    def session_ended(self, card: bytes, outcome: str) -> bytes:
        """The card's draft goes, unless the program itself is ending. Returns the session's id, for `session_wiped`."""
        ended = bodies.encode(bodies.SessionEvent(self._session, outcome))
        with self._journal.writing(Kind.SESSION_ENDED, os.urandom(16), lambda _: ended, ""):
            if outcome != STOPPED:
                drafts.delete(self._journal.connection, self._key(card))
        session, self._session = self._session, b""
        self._submitted.clear()
        return session

    def session_wiped(self, session: bytes, card: bytes, left: dict[str, bool]) -> list[str]:
        """Journal what was looked at after a session, and where something personal was left; returns the latter.
        left: by place. The card's draft is looked for here."""
        with self._reading():
            found = {**left, "draft": drafts.exists(self._journal.connection, self._key(card))}
        places = [place for place, remains in found.items() if remains]
        body = bodies.SessionWiped(session, sorted(found), sorted(places))
        self._journal.append(Kind.SESSION_WIPED, bodies.encode(body))
        return places

    def open_card(self, card: bytes) -> CardFound:
        if not self._keeps(card):
            return CardFound(0, None)
        connection, key = self._journal.connection, self._key(card)
        with transaction(connection, self._journal.path):
            draft = drafts.of_card(connection, key, self._clock)
        found = DraftFound(**msgspec.structs.asdict(draft)) if draft else None
        with self._reading():
            return CardFound(len(receipts.of_card(connection, key)), found)

    def save_draft(self, card: bytes, effect: SaveDraft) -> None:
        if not self._keeps(card):
            return
        draft = drafts.Draft(effect.service, effect.version, effect.answers, effect.question, effect.company)
        with transaction(self._journal.connection, self._journal.path):
            drafts.save(self._journal.connection, self._key(card), draft, self._clock)

    def submit(self, card: bytes, effect: Submit) -> Submitted:
        """Durable when it returns: the entry, the card's receipt, and the end of the draft, in one transaction."""
        return self.submit_all(card, [effect])[0]

    def submit_all(self, card: bytes, effects: Sequence[Submit]) -> list[Submitted]:
        """As `submit`, the cases of a bundle: all or none."""
        if all(effect.entry_id in self._submitted for effect in effects):
            return [self._submitted[effect.entry_id] for effect in effects]
        if self._house.level is Level.NO_CASES:
            raise SpaceError("no room for another case")
        try:
            made = self._submit(card, effects)
        except StorageError as error:
            if error.code != "storage.full" or not self._house.disk_is_full():
                raise
            made = self._submit(card, effects)
        self._submitted.update({effect.entry_id: one for effect, one in zip(effects, made, strict=True)})
        return made

    def _submit(self, card: bytes, effects: Sequence[Submit]) -> list[Submitted]:
        connection, key = self._journal.connection, self._key(card)
        secrets = [(os.urandom(16), os.urandom(32)) for _ in effects]
        entries = [
            (Kind.CASE, effect.entry_id, self._case(effect, *secret), f"{effect.service}@{effect.version}")
            for effect, secret in zip(effects, secrets, strict=True)
        ]
        with self._journal.writing_all(entries) as written:
            made = [self._receipt(*one) for one in zip(effects, written, secrets, strict=True)]
            if self._keeps(card):
                for one, receipt in zip(written, made, strict=True):
                    receipts.add(connection, key, one.position, receipt)
            drafts.delete(connection, key)
        with self._reading():
            kept = [receipts.at(connection, key, one.position) for one in written]
        return [self._handed_out(stored or receipt) for stored, receipt in zip(kept, made, strict=True)]

    def _case(self, effect: Submit, token: bytes, return_key: bytes) -> Callable[[int], bytes]:
        """Its body, once it is known at which sequence it stands."""

        def body(sequence: int) -> bytes:
            return bodies.encode(
                bodies.Case(
                    service=effect.service,
                    version=effect.version,
                    number=receipt_number(self._identity.kiosk, self._journal.journal, sequence),
                    token=token,
                    return_key=return_key,
                    applicant=effect.applicant,
                    answers=effect.answers,
                    consent=effect.consent,
                    materials=effect.materials,
                    bundle=effect.bundle,
                    after=list(effect.after),
                    agent=effect.agent,
                    language=effect.language,
                    company=effect.company,
                    service_name=effect.service_name,
                    assurance=effect.assurance,
                    pays=effect.pays,
                    pays_by=effect.pays_by,
                    signature=effect.signature,
                    urgent=effect.urgent,
                    uploads=effect.uploads,
                )
            )

        return body

    def _receipt(self, effect: Submit, written: Written, secret: tuple[bytes, bytes]) -> receipts.Receipt:
        token, return_key = secret
        return receipts.Receipt(
            service=effect.service,
            service_name=effect.service_name,
            number=receipt_number(self._identity.kiosk, written.journal, written.sequence),
            entry_id=effect.entry_id,
            return_key=return_key,
            token=token,
            submitted_ms=written.created_ms,
            digest=written.digest,
            signature=written.signature,
            agent=masked_name(effect.agent.name) if effect.agent else "",
            company=masked_company(effect.company) if effect.company else "",
            bundle=effect.bundle,
        )

    def _handed_out(self, receipt: receipts.Receipt) -> Submitted:
        return Submitted(
            number=receipt.number,
            created_ms=receipt.submitted_ms,
            token=receipt.token,
            digest=receipt.digest,
            signature=receipt.signature,
            public_address=self._identity.public_address,
        )

    def tell(self, effect: Tell) -> None:
        """Durable when it returns; the same is written once."""
        if self._journal.find(effect.entry_id) is None:
            body = bodies.encode(effect.body)
            with self._journal.writing(_KINDS[type(effect.body)], effect.entry_id, lambda _: body, ""):
                pass

    # -- the case afterwards --

    def usage(self) -> Mapping[str, int]:
        """How often each service was handed in here lately."""
        with self._reading():
            return usage(self._journal.connection, self._clock.wall_ms())

    def states(self, entries: Sequence[bytes]) -> list[Words]:
        """As `state`, of the parts of a bundle."""
        return [self.state(entry_id) for entry_id in entries]

    def state(self, entry_id: bytes) -> Words:
        """待发送 or 已送达 of a case of this session, as far as the kiosk knows by itself."""
        written = self._journal.find(entry_id)
        return self._state_at(written.position) if written else QUEUED

    def _state_at(self, position: int) -> Words:
        standing = self._journal.standing(position)
        delivered = standing and self._delivery.next_wanted(standing[0]) > standing[1]
        return DELIVERED if delivered else QUEUED

    def cases(self, card: bytes) -> list[CaseRow]:
        """Newest first."""
        with self._reading():
            found = receipts.of_card(self._journal.connection, self._key(card))
        return [self._row(position, receipt) for position, receipt in found]

    def copy(self, card: bytes, position: int, *, attended: bool = False) -> Copy:
        """For a 补打 of the receipt of the case at `position`. Raises CopiesError when there were enough, and nobody of
        the staff is there."""
        connection = self._journal.connection
        with self._reading():
            receipt = receipts.at(connection, self._key(card), position)
            if receipt is None:
                raise CopiesError("there is no such receipt")
            number = print_ledger.next_copy(connection, receipt.entry_id)
        if number > COPIES and not attended:
            raise CopiesError(f"{COPIES} copies were printed")
        submitted = self._handed_out(receipt)
        state = self._words(position, receipt)[0]
        acted = {"agent": receipt.agent, "company": receipt.company}
        return Copy(receipt.entry_id, receipt.service, receipt.service_name, submitted, state, number, **acted)

    def token(self, card: bytes, position: int) -> bytes:
        """Of the receipt of the case at `position`; empty where this card has none."""
        with self._reading():
            receipt = receipts.at(self._journal.connection, self._key(card), position)
        return receipt.token if receipt else b""

    def _row(self, position: int, receipt: receipts.Receipt) -> CaseRow:
        words, letter, trouble = self._words(position, receipt)
        return CaseRow(
            position=position,
            service=receipt.service_name,
            number=receipt.number,
            platform_number=letter.number if letter else "",
            submitted=local_time(receipt.submitted_ms),
            state=words.word,
            text=(letter.message if letter else "") or words.text,
            entry_id=receipt.entry_id.hex(),
            kind=letter.state if letter else "",
            service_id=receipt.service,
            trouble=trouble,
            bundle=receipt.bundle.hex(),
        )

    def _words(self, position: int, receipt: receipts.Receipt) -> tuple[Words, Letter | None, str]:
        """The case's state, the platform's last letter, and the code of what is wrong with it."""
        sealed = self._delivery.letter(receipt.entry_id)
        letter, trouble = None, ""
        try:
            letter = open_letter(receipt.return_key, receipt.entry_id, sealed) if sealed else None
        except LetterError as error:
            trouble = error.code
        return platform_words(letter.state) if letter else self._state_at(position), letter, trouble

    # -- prints and devices --

    def print_prepared(self, about: bytes, copy: int) -> bytes:
        with transaction(self._journal.connection, self._journal.path):
            return print_ledger.prepare(self._journal.connection, about, copy, self._clock.wall_ms())

    def print_sending(self, print_id: bytes) -> None:
        with transaction(self._journal.connection, self._journal.path):
            print_ledger.step(self._journal.connection, print_id, print_ledger.SENDING, self._clock.wall_ms())

    def print_sent(self, print_id: bytes) -> None:
        with transaction(self._journal.connection, self._journal.path):
            print_ledger.step(self._journal.connection, print_id, print_ledger.SENT, self._clock.wall_ms())

    def print_ended(self, print_id: bytes, about: bytes, copy: int, outcome: str, code: str) -> None:
        ended = bodies.encode(bodies.PrintOutcome(print_id, about, outcome, code, copy))
        with self._journal.writing(Kind.PRINT, os.urandom(16), lambda _: ended, ""):
            print_ledger.step(self._journal.connection, print_id, outcome, self._clock.wall_ms(), code)

    def device_changed(self, device: str, status: Status) -> None:
        body = bodies.DeviceState(device, str(status.state), list(status.reasons), status.code)
        self._journal.append(Kind.DEVICE, bodies.encode(body))

    def technician_came(self, *, accepted: bool) -> None:
        """Somebody gave the technician's PIN, or tried to. Without a journal nothing is written."""
        if self._opened:
            self._journal.append(Kind.TECHNICIAN, bodies.encode(bodies.TechnicianLogin(accepted)))

    def _settle(self) -> None:
        with transaction(self._journal.connection, self._journal.path):
            Attachments(self._data, suite(self._identity.suite)).collect(self._journal.connection)
        with transaction(self._journal.connection, self._journal.path):
            settled = print_ledger.settle_after_crash(self._journal.connection, self._clock.wall_ms())
        for print_id, about, copy, outcome in settled:
            body = bodies.PrintOutcome(print_id, about, outcome, "print.interrupted", copy)
            self._journal.append(Kind.PRINT, bodies.encode(body))

    def _reading(self) -> AbstractContextManager[None]:
        return environment_errors(self._journal.path)

    def _keeps(self, card: bytes) -> bool:
        """Whether something may be kept under this card: it could be found again, and not guessed."""
        return bool(self._stable) and not can_be_guessed(card)

    def _key(self, card: bytes) -> CardKey:
        return card_key(self._identity.secret, card)
