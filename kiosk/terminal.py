"""The kiosk at work, without Qt: waits for a card, runs the session, performs what it asks for, and tells the screen.

Everything here runs in the loop's thread; the journal is written in the worker's, devices live in their hosts.
"""

import base64
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from devices.contract import Card, Status
from devices.device import Device
from devices.loop import Cancel, Loop
from kiosk import device_history, effects, running
from kiosk.actions import Action, Back, Knock, Open, Speak
from kiosk.card_probe import CardProbe
from kiosk.card_watch import CardWatch
from kiosk.codes import described
from kiosk.config import Config
from kiosk.delivery import Link
from kiosk.device_log import DeviceLog
from kiosk.diagnosis import Finding
from kiosk.online import NOT_ONLINE, Online
from kiosk.pages import AnyPage, Bar, IdleWarning, Problem
from kiosk.performing import Performing
from kiosk.saying import CHINESE
from kiosk.services.catalogue import Catalogue
from kiosk.services.findable import Findable
from kiosk.session import Session
from kiosk.session_pages import page as session_page
from kiosk.session_state import IDLE_S, At
from kiosk.setting import Setting, Works
from kiosk.store import STOPPED, Condition, Store
from kiosk.technician_desk import TechnicianDesk
from kiosk.typed_number import TypedLimit, TypedNumber, card_of_number
from kiosk.welcome import bar, welcome, whom_to_ask
from kiosk.wipe import Memory, Place, wipe
from kiosk.worker import Worker

logger = logging.getLogger(__name__)

TICK_S: Final = 1.0
OPEN_AGAIN_S: Final = 10.0
HOUSEKEEPING_TICKS: Final = 60
USAGE_TICKS: Final = 3600

_UNKNOWN: Final = Link(online=False)


class Terminal:
    """Implements kiosk.screen.ScreenSource. devices: `reader` and `printer`, either may be missing."""

    def __init__(
        self,
        config: Config,
        setting: Setting,
        loop: Loop,
        store: Store,
        devices: dict[str, Device],
        ask_platform: Callable[[], list[Finding]] = list,
        newer_catalogue: Callable[[], Catalogue | None] = lambda: None,
        online: Online = NOT_ONLINE,
    ) -> None:
        """ask_platform: what a technician is told of link, platform and clock. newer_catalogue: what to offer from the
        next citizen on, where it has changed. online: answers what is asked of the platform."""
        self.on_change: Callable[[], None] = lambda: None
        self._config = config
        self._setting = replace(setting, works=self._works, find=self._find)
        self._finders: Mapping[str, Callable[[str], list[Findable]]] = {}
        """By language."""
        self._language = CHINESE
        """Of whoever comes next."""
        self._touched = 0.0
        """Monotonic seconds of the last tap."""
        self._newer_catalogue = newer_catalogue
        self._loop = loop
        self._store = store
        self._devices = devices
        self._worker = Worker(loop)
        self._link = _UNKNOWN
        self._storage_code = "kiosk.starting"
        self._reader_code = ""
        self._tick: Cancel = lambda: None
        self._ticks = 0
        self._reopen: Cancel = lambda: None
        self._blocked = ""
        self.places: list[Place] = []
        """Where a session may leave something, besides memory and journal; each is wiped and checked at its end."""
        reader = devices.get("reader")
        self._typing: TypedNumber | None = None
        """A number is being typed; nobody is identified."""
        self._typed_limit = TypedLimit()
        self._misread = 0
        """Cards that could not be read since the last that could."""
        self._watch = CardWatch(loop, reader, self._card_laid, self._reader_trouble) if reader else None
        self._probe = CardProbe(reader, self._probed) if reader else None
        self._stable: bool | None = None
        self._desk = TechnicianDesk(
            loop, self._worker, store, config, devices, ask_platform, lambda: self.on_change(), self._desk_left
        )
        self._performing = Performing(
            loop,
            self._worker,
            store,
            online,
            devices,
            self._watch,
            self._desk,
            is_online=lambda: self._link.online,
            changed=lambda: self.on_change(),
            ended=self._finish,
            storage_failed=self._storage_failed,
        )

    # -- for the screen --

    @property
    def _session(self) -> Session | None:
        return self._performing.session

    @property
    def _spoken(self) -> Setting:
        """In the language of whoever stands before the screen."""
        return self._session.setting if self._session is not None else self._setting.speaking(self._language)

    @property
    def language(self) -> str:
        return self._spoken.say.language

    @property
    def page(self) -> AnyPage:
        say = self._spoken.say
        if self._session is not None:
            return session_page(self._session)
        if self._typing is not None:
            return self._typing.page(say, self._whom)
        if (desk := self._desk.page) is not None:
            return desk
        if self._storage_code not in ("", "kiosk.starting"):
            found = described(self._storage_code, say)
            paused = say("本机暂停服务")
            return Problem(title=paused, text=found.title, todo=found.todo, code=self._storage_code, help=self._whom)
        code = "reader.absent" if self._watch is None else self._reader_code
        languages = self._setting.others(self.language)
        return welcome(self._spoken.told(), code or self._storage_code, self._misread, say, languages, self._whom)

    @property
    def _whom(self) -> str:
        """To ask while nobody is identified."""
        return whom_to_ask(self._spoken.catalogue.region, self._spoken.say)

    @property
    def bar(self) -> Bar:
        printer = self._devices.get("printer")
        trouble = printer.status.code if printer else "printer.absent"
        return bar(self._config.place, trouble, self._spoken.say, online=self._link.online)

    @property
    def warning(self) -> IdleWarning | None:
        return self._session.warning if self._session else None

    def act(self, action: Action) -> None:
        self._touched = self._loop.now()
        if self._session is not None:
            self._session.act(action)
            self._performing.perform()
        elif self._typing is not None:
            self._type(self._typing, action)
        elif self._desk.page is not None:
            self._desk.act(action)
        elif isinstance(action, Open) and action.what == "typed" and not self._storage_code:
            now = self._loop.now()
            self._typing = TypedNumber(now, self._typed_limit.code(now))
        elif isinstance(action, Speak):
            self._language = action.language
        elif isinstance(action, Knock) and self._desk.knock():
            self._language = CHINESE
            if self._watch:
                self._watch.stop()
        self.on_change()

    def _find(self, typed: str, language: str) -> list[Findable]:
        finder = self._finders.get(language)
        return finder(typed) if finder else []

    def _index(self) -> None:
        """In the worker: pinyin takes a third of a second to load, and to index a thousand entries."""
        catalogue = self._setting.catalogue
        languages = self._setting.languages

        def job() -> Mapping[str, Callable[[str], list[Findable]]]:
            from kiosk.services.finding import Finder

            return {language: Finder(catalogue.findable(language)).find for language in languages}

        self._worker.do(job, self._indexed)

    def _indexed(self, finders: Mapping[str, Callable[[str], list[Findable]]]) -> None:
        self._finders = finders

    def _works(self) -> Works:
        return Works(network=self._link.online, upload=self._link.online)

    def _type(self, typing: TypedNumber, action: Action) -> None:
        card = typing.act(action, self._loop.now())
        if isinstance(action, Back):
            self._typing = None
        elif card is not None:
            self._typed_limit.begin(self._loop.now())
            if self._watch:
                self._watch.stop()
            self._begin(card)

    def _desk_left(self) -> None:
        if self._watch and not self._storage_code:
            self._watch.start()

    def start(self) -> None:
        """Open the store and start the devices; call after the first frame."""
        self._open()
        self._index()
        for device in self._devices.values():
            device.on_status = self._status_listener(device)
            device.start()
        self._ticked()

    def close(self) -> None:
        """End the session as left, stop devices, close the store."""
        self._tick()
        self._reopen()
        if self._session is not None:
            self._finish(effects.End(STOPPED))
        if self._watch:
            self._watch.stop()
        for device in self._devices.values():
            device.close()
        self._desk.close()
        self._worker.do(self._store.close, lambda _: None)
        self._worker.close()
        self._performing.close()

    # -- waiting for a card --

    def _open(self) -> None:
        def job() -> bool | None:
            self._store.open()
            return self._store.cards_stable()

        self._worker.do(job, self._opened, self._not_opened)

    def _opened(self, stable: bool | None) -> None:
        self._storage_code = ""
        self._stable = stable
        self._worker.do(self._store.usage, self._used, self._storage_failed)
        if self._watch and self._desk.page is None:
            self._watch.start()
        self.on_change()

    def _used(self, used: Mapping[str, int]) -> None:
        self._setting = replace(self._setting, used=used)

    def _not_opened(self, code: str) -> None:
        """Out of service, but not for ever: whoever enrols the kiosk or mends the disk need not start it again."""
        if code != self._storage_code:
            logger.error("out of service: %s", code)
            self._storage_code = code
            self.on_change()
        self._reopen = self._loop.later(OPEN_AGAIN_S, self._open)

    def _reader_trouble(self, code: str) -> None:
        if code != self._reader_code:
            if self._session is not None:
                self._session.reader_trouble(code)
            self._misread += code.startswith("card.") and code != "card.take-away"
            self._reader_code = code
            self.on_change()

    def _card_laid(self, card: Card) -> None:
        self._misread = 0
        if (session := self._session) is not None:
            if session.owner_laid(card):
                self._performing.card = base64.b64decode(card.raw)
            self._performing.perform()
            self.on_change()
            return
        if self._stable is None and self._probe:
            self._probe.try_card(card, lambda: self._begin(card))
        else:
            self._begin(card)

    def _probed(self, stable: bool) -> None:
        self._stable = stable
        self._worker.do(partial(self._store.cards_probed, stable=stable), lambda _: None, self._storage_failed)

    def _begin(self, card: Card) -> None:
        self._reader_code = ""
        self._typing = None
        self._performing.card = base64.b64decode(card.raw)
        self._performing.session = session = Session(self._setting, card, lambda: self._blocked, self._language)
        self._performing.ask(session, self._store.session_started, lambda *_: None)
        self._performing.perform()
        self.on_change()

    # -- a session's end, and what storage says --

    def _finish(self, end: effects.End) -> None:
        assert self._session is not None
        memory, language = Memory("session", self._session), self.language
        self._language = CHINESE
        performing = self._performing
        card, performing.card, performing.session = performing.card, b"", None

        def ended(session: bytes) -> None:
            left = wipe([memory, *self.places])
            self._worker.do(lambda: self._store.session_wiped(session, card, left), wiped, self._storage_failed)

        def wiped(places: list[str]) -> None:
            if places:
                logger.error("after the session something is left in: %s [wipe.incomplete]", ", ".join(places))

        self._worker.do(lambda: self._store.session_ended(card, end.outcome), ended, self._storage_failed)
        if end.number and not self._storage_code:
            self._language = language
            self._begin(card_of_number(end.number))
        elif self._watch and not self._storage_code:
            self._watch.start()

    def _storage_failed(self, code: str) -> None:
        """A database that turns out to be damaged is set aside at once, and its sound entries go on in a new one."""
        logger.error("storage: %s", code)
        if code == "storage.corrupt" and not self._storage_code:
            self._storage_code = code
            self._worker.do(self._store.set_aside, lambda _: None)
            self._open()

    # -- time and devices --

    def _ticked(self) -> None:
        self._tick = self._loop.later(TICK_S, self._ticked)
        self._worker.do(self._store.condition, self._condition_known, self._storage_failed)
        self._ticks += 1
        if self._ticks % HOUSEKEEPING_TICKS == 0:
            self._worker.do(self._store.keep_house, lambda _: None, self._storage_failed)
            self._worker.do(self._newer_catalogue, self._catalogue_known)
        if self._ticks % USAGE_TICKS == 0:
            self._worker.do(self._store.usage, self._used, self._storage_failed)
        self._desk.tick()
        session = self._session
        if self._typing is not None and self._loop.now() > self._typing.since + IDLE_S:
            self._typing = None
            self.on_change()
        if session is None and self._language != CHINESE and self._loop.now() > self._touched + IDLE_S:
            self._language = CHINESE
            self.on_change()
        if session is None:
            return
        session.tick()
        if session.at is At.RESULT and session.application and session.application.service.mode != "online":
            entries = [part.entry_id for part in session.sent_parts] or [session.followed]
            self._performing.ask(session, lambda: self._store.states(entries), Session.state_changed)
        self._performing.perform()
        self.on_change()

    def _catalogue_known(self, newer: Catalogue | None) -> None:
        """A session that is under way ends with the questions it began with."""
        if newer is not None:
            self._setting = replace(self._setting, catalogue=newer)
            self._index()
            self.on_change()

    def _condition_known(self, condition: Condition) -> None:
        self._blocked = condition.blocked
        if condition.link != self._link:
            self._link = condition.link
            if self._session is not None:
                self._session.applying.settle()
            self.on_change()

    def _status_listener(self, device: Device) -> Callable[[Status], None]:
        log = DeviceLog(self._loop, lambda status: self._write_status(device.name, status))

        def changed(status: Status) -> None:
            log.changed(status)
            now_ms = time.time_ns() // 1_000_000
            self._worker.do(lambda: device_history.add(self._config.data, device.name, status, now_ms), lambda _: None)
            with contextlib.suppress(OSError):
                running.tell(self._config.runtime, {name: one.status for name, one in self._devices.items()})
            self.on_change()

        return changed

    def _write_status(self, device: str, status: Status) -> None:
        if not self._storage_code:
            self._worker.do(
                lambda: self._store.device_changed(device, status),
                lambda _: None,
                self._storage_failed,
            )
