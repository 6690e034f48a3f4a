"""What a session asks for is done here: storage in the worker's thread, the platform asked in another, paper, cards.
An answer goes to the session that asked, if it is still there."""

from collections.abc import Callable
from functools import partial
from typing import Final
from weakref import ref

from devices.contract import PrintResult
from devices.device import Device
from devices.loop import Loop
from kiosk import effects
from kiosk.card_watch import CardWatch
from kiosk.online import Found, Online
from kiosk.printing import print_paper
from kiosk.receipt import Copy, Submitted
from kiosk.session import Session
from kiosk.states import QUEUED, Words
from kiosk.store import CardFound, Store
from kiosk.technician_desk import TechnicianDesk
from kiosk.worker import Worker

DELIVERY_WAIT_S: Final = 3.0
"""How long the result waits for the platform's word, when it is in reach: a receipt that says 已送达 is worth it."""
DELIVERY_POLL_S: Final = 0.2
QUESTIONS: Final = 4
"""So many are asked at once: a booking does not wait behind a question that nobody waits for any more. Each ends with
its deadline."""


class Performing:
    """session: of the citizen who is there. card: all bytes of their card; empty for a typed number."""

    def __init__(
        self,
        loop: Loop,
        worker: Worker,
        store: Store,
        online: Online,
        devices: dict[str, Device],
        watch: CardWatch | None,
        desk: TechnicianDesk,
        is_online: Callable[[], bool],
        changed: Callable[[], None],
        ended: Callable[[effects.End], None],
        storage_failed: Callable[[str], None],
    ) -> None:
        """changed: the screen may show something else. storage_failed: gets a code."""
        self.session: Session | None = None
        self.card = b""
        self._loop = loop
        self._worker = worker
        self._questions = Worker(loop, "questions", QUESTIONS)
        self._store = store
        self._online = online
        self._devices = devices
        self._watch = watch
        self._desk = desk
        self._is_online = is_online
        self._changed = changed
        self._ended = ended
        self._storage_failed = storage_failed

    def close(self) -> None:
        self._questions.close()

    def perform(self) -> None:
        session = self.session
        if session is None:
            return
        card = self.card
        wanted, session.effects = session.effects, []
        for effect in wanted:
            match effect:
                case effects.OpenCard():
                    self.ask(session, partial(self._store.open_card, card), self._card_opened)
                case effects.SaveDraft() if not card:
                    pass  # a typed number keeps nothing: anybody could type it again
                case effects.SaveDraft():
                    self._worker.do(
                        partial(self._store.save_draft, card, effect),
                        lambda _: None,
                        self._storage_failed,
                    )
                case effects.Submit():
                    self._submit(session, [effect])
                case effects.SubmitAll(parts):
                    self._submit(session, parts)
                case effects.LoadCases():
                    self.ask(session, partial(self._store.cases, card), Session.cases_loaded)
                case effects.LoadCopy(position, attended):
                    self._load_copy(session, partial(self._store.copy, card, position, attended=attended))
                case effects.LoadToken(position):
                    self.ask(session, partial(self._store.token, card, position), Session.token_loaded)
                case effects.Tell():
                    self._tell(session, effect)
                case effects.ReadOwner():
                    if self._watch:
                        self._watch.start()
                case effects.StopReading():
                    if self._watch:
                        self._watch.stop()
                case effects.AskPlatform():
                    self._ask_platform(session, effect)
                case effects.TryPin(pin):
                    if self._desk.without_pin:
                        session.pin_tried(accepted=False, wait_s=0.0, error=self._desk.without_pin)
                    else:
                        self._desk.check(pin, partial(self._pin_tried, session))
                case effects.PrintPaper():
                    self._print(session, effect)
                case effects.End():
                    self._ended(effect)

    def ask(self, session: Session, job: Callable[[], object], report: Callable[..., None]) -> None:
        """Run `job` in the worker and hand its result to the session, if it is still this one."""

        def done(result: object) -> None:
            if self.session is session:
                report(session, result)
                self.perform()
                self._changed()

        def failed(code: str) -> None:
            if self.session is session:
                session.failed(code)
                self._changed()
            self._storage_failed(code)

        self._worker.do(job, done, failed)

    @staticmethod
    def _card_opened(session: Session, found: CardFound) -> None:
        session.opened(found.cases, found.draft)

    def _submit(self, session: Session, wanted: list[effects.Submit]) -> None:
        card = self.card
        until = self._loop.now() + DELIVERY_WAIT_S

        def stored(_: Session, made: list[Submitted]) -> None:
            if self._is_online():
                ask_delivered(made)
            else:
                session.submitted(made[0], QUEUED, made)

        def ask_delivered(made: list[Submitted]) -> None:
            def heard(_: Session, states: list[Words]) -> None:
                if states[-1] is QUEUED and self._loop.now() < until:
                    self._loop.later(DELIVERY_POLL_S, lambda: ask_delivered(made))
                else:
                    session.submitted(made[0], states[-1], made, states)

            self.ask(session, lambda: self._store.states([one.entry_id for one in wanted]), heard)

        self.ask(session, lambda: self._store.submit_all(card, wanted), stored)

    def _tell(self, session: Session, effect: effects.Tell) -> None:
        def failed(code: str) -> None:
            self._report(session, partial(session.told, code))
            self._storage_failed(code)

        self._worker.do(partial(self._store.tell, effect), lambda _: self._report(session, session.told), failed)

    def _ask_platform(self, session: Session, effect: effects.AskPlatform) -> None:
        """In threads of their own: the journal does not wait for a network. The session does not live on for an answer
        that is still awaited when it has ended."""
        asking = ref(session)

        def answered(found: Found) -> None:
            if (still := asking()) is not None:
                self._report(still, partial(still.answered, found, effect.ticket))

        def failed(code: str) -> None:
            if (still := asking()) is not None:
                self._report(still, partial(still.not_answered, code, effect.ticket))

        self._questions.do(partial(self._online.ask, effect.id_number, effect.wanted, effect.proof), answered, failed)

    def _report(self, session: Session, report: Callable[[], None]) -> None:
        """To the session, if it is still this one."""
        if self.session is session:
            report()
            self.perform()
            self._changed()

    def _pin_tried(self, session: Session, accepted: bool, wait_s: float) -> None:
        self._report(session, partial(session.pin_tried, accepted, wait_s))

    def _load_copy(self, session: Session, load: Callable[[], Copy]) -> None:
        def loaded(copy: Copy) -> None:
            self._report(session, partial(session.copy_loaded, copy))

        def refused(code: str) -> None:
            self._report(session, partial(session.copy_refused, code))
            if code.startswith("storage."):
                self._storage_failed(code)

        self._worker.do(load, loaded, refused)

    def _print(self, session: Session, effect: effects.PrintPaper) -> None:
        def done(result: PrintResult) -> None:
            if self.session is session:
                session.printed(result.outcome, result.code)
                self._changed()

        printer = self._devices.get("printer")
        print_paper(self._worker, self._store, printer, effect.paper, effect.about, effect.copy, done)
