"""Answers kiosk.online through the agent's door: seals each question to the platform, opens the answer."""

import base64
import os
import time
from pathlib import Path

from kiosk.effects import Submit
from kiosk.online import (
    Done,
    Found,
    FoundAside,
    FoundCases,
    FoundSlots,
    FoundUpload,
    OnlineCase,
    WantArrived,
    WantAside,
    WantCases,
    WantDone,
    Wanted,
    WantSlots,
    WantTakenUp,
    WantUpload,
)
from kiosk.services.definition import Choice
from offline_cache import bodies
from offline_cache.identity import Identity, load
from offline_cache.sealing import suite


class AgentOnline:
    """runtime: the folder of the agent's door."""

    def __init__(self, data: Path, runtime: Path) -> None:
        self._data = data
        self._runtime = runtime
        self._keys: dict[bytes, tuple[bytes, bytes]] = {}
        self._level = "typed"

    def ask(self, id_number: str, wanted: Wanted, *, has_card: bool) -> Found:
        """Raises IdentityError, and sync's PlatformError and QuestionError."""
        from sync import question as wire

        identity = load(self._data)
        self._level = "card" if has_card else "typed"
        match wanted:
            case WantSlots(service):
                found = self._asked(identity, id_number, wire.GetSlots(service))
                assert isinstance(found, wire.Slots)
                return FoundSlots(
                    [Choice(value=one.slot, label=f"{one.starts}　{one.place}（余{one.left}）") for one in found.slots]
                )
            case WantDone(submit, act, slot):
                token, return_key = self._keys_of(submit.entry_id)
                body = bodies.encode(_case(submit, token, return_key))
                found = self._asked(identity, id_number, wire.Perform(act, submit.entry_id, body, slot))
                assert isinstance(found, wire.Performed)
                self._keys.clear()
                return Done(
                    found.number, found.state, found.message, found.submitted_ms, token, identity.public_address
                )
            case WantCases():
                found = self._asked(identity, id_number, wire.MyCases())
                assert isinstance(found, wire.Cases)
                return FoundCases([_online_case(one) for one in found.cases])
            case WantAside(draft):
                self._asked(identity, id_number, wire.PutAside(draft))
                return FoundAside(b"")
            case WantTakenUp():
                found = self._asked(identity, id_number, wire.TakeUp())
                assert isinstance(found, wire.Aside)
                return FoundAside(found.draft)
            case WantUpload(upload, name):
                found = self._asked(identity, id_number, wire.OpenUpload(upload, name))
                assert isinstance(found, wire.Upload)
                return FoundUpload(found.files, found.left_s, upload_address(identity.public_address, found.token))
            case WantArrived(upload, wish):
                found = self._asked(identity, id_number, wire.LookUpload(upload, wish))
                assert isinstance(found, wire.Upload)
                return FoundUpload(found.files, found.left_s)

    def _keys_of(self, entry_id: bytes) -> tuple[bytes, bytes]:
        """Token and return key: the same when it is asked again, as the platform keeps those of the first."""
        self._keys = {entry_id: self._keys.get(entry_id) or (os.urandom(16), os.urandom(32))}
        return self._keys[entry_id]

    def _asked(self, identity: Identity, id_number: str, act: object) -> object:
        from sync.asking import ask
        from sync.question import new_question, open_answer, seal_question
        from sync.state import SyncStateReader
        from sync.wire import SealedQuestion

        notes = SyncStateReader(self._data)
        told = notes.platform_key()
        notes.close()
        key_id, public = (
            (told.key_id, told.public_key) if told else (identity.platform_key_id, identity.platform_public_key)
        )
        question = new_question(id_number, act, time.time_ns() // 1_000_000, self._level)  # type: ignore[arg-type]
        sealed = seal_question(suite(identity.suite).sealing_key(public), identity.kiosk, question)
        return open_answer(question, ask(self._runtime, SealedQuestion(key_id, sealed)))


def upload_address(public_address: str, token: bytes) -> str:
    """Of the page on which a phone sends papers."""
    return f"{public_address.rstrip('/')}/u/{base64.urlsafe_b64encode(token).rstrip(b'=').decode()}"


def _case(submit: Submit, token: bytes, return_key: bytes) -> bodies.Case:
    return bodies.Case(
        service=submit.service,
        version=submit.version,
        number="",
        token=token,
        return_key=return_key,
        applicant=submit.applicant,
        answers=submit.answers,
        consent=submit.consent,
        materials=submit.materials,
        agent=submit.agent,
        language=submit.language,
        uploads=submit.uploads,
    )


def _online_case(one: object) -> OnlineCase:
    from sync.question import CaseSummary

    assert isinstance(one, CaseSummary)
    return OnlineCase(
        one.entry_id,
        one.number,
        one.receipt_number,
        one.service,
        one.state,
        one.message,
        one.submitted_ms,
        one.rated,
    )
