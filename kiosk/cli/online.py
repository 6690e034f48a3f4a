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
    FoundAuthorisation,
    FoundCalled,
    FoundCases,
    FoundCertificate,
    FoundChecked,
    FoundCode,
    FoundHeld,
    FoundOrder,
    FoundSlots,
    FoundUpload,
    OnlineCase,
    WantArrived,
    WantAside,
    WantAuthorisation,
    WantCalled,
    WantCases,
    WantCertificate,
    WantCode,
    WantCodeChecked,
    WantDone,
    Wanted,
    WantHeld,
    WantOrder,
    WantPayment,
    WantSlots,
    WantTakenUp,
    WantUpload,
)
from kiosk.proof import TYPED, Proof
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

    def ask(self, id_number: str, wanted: Wanted, proof: Proof) -> Found:
        """Raises IdentityError, and sync's PlatformError and QuestionError."""
        from sync import proof as proof_wire
        from sync import question as wire

        identity = load(self._data)
        match wanted:
            case WantSlots(service):
                found = self._asked(identity, id_number, proof, wire.GetSlots(service))
                assert isinstance(found, wire.Slots)
                return FoundSlots(
                    [Choice(value=one.slot, label=f"{one.starts}　{one.place}") for one in found.slots],
                    {one.slot: one.left for one in found.slots},
                )
            case WantDone(submit, act, slot, demands):
                token, return_key = self._keys_of(submit.entry_id)
                body = bodies.encode(_case(submit, token, return_key))
                found = self._asked(identity, id_number, proof, wire.Perform(act, submit.entry_id, body, slot, demands))
                assert isinstance(found, wire.Performed)
                self._keys.pop(submit.entry_id, None)
                return Done(
                    found.number, found.state, found.message, found.submitted_ms, found.token or token,
                    identity.public_address,
                    found.code,
                )  # fmt: skip
            case WantCases():
                found = self._asked(identity, id_number, proof, wire.MyCases())
                assert isinstance(found, wire.Cases)
                return FoundCases([_online_case(one) for one in found.cases])
            case WantAside(draft):
                self._asked(identity, id_number, proof, wire.PutAside(draft))
                return FoundAside(b"")
            case WantTakenUp():
                found = self._asked(identity, id_number, proof, wire.TakeUp())
                assert isinstance(found, wire.Aside)
                return FoundAside(found.draft)
            case WantAuthorisation(code, service):
                found = self._asked(identity, id_number, proof, wire.CheckAuthorisation(code, service))
                assert isinstance(found, wire.Authorisation)
                return FoundAuthorisation(found.authorised, found.name, found.status, found.role, found.until)
            case WantCode():
                found = self._asked(identity, id_number, proof, proof_wire.SendCode())
                assert isinstance(found, proof_wire.CodeSent)
                return FoundCode(found.tail)
            case WantCodeChecked(code):
                found = self._asked(identity, id_number, proof, proof_wire.CheckCode(code))
                assert isinstance(found, proof_wire.CodeChecked)
                return FoundChecked(found.assured, void=found.why == "void")
            case WantHeld(kinds):
                found = self._asked(identity, id_number, proof, proof_wire.HeldCertificates(list(kinds)))
                assert isinstance(found, proof_wire.Held)
                return FoundHeld(frozenset(found.kinds) & {*kinds}, found.more)
            case WantOrder(entry_id, service, token, option):
                opening = wire.OpenPayment(entry_id, service, token, option)
                return _order(self._asked(identity, id_number, proof, opening))
            case WantPayment(order):
                return _order(self._asked(identity, id_number, proof, wire.GetPayment(order)))
            case WantCertificate(number):
                offering = wire.OfferCertificate(number)
                offer = self._asked(identity, id_number, proof, offering)
                assert isinstance(offer, wire.Offer)
                return FoundCertificate(
                    offer.title, offer.number, offer.code, offer.address, offer.link, offer.until_ms
                )
            case WantCalled(place):
                found = self._asked(identity, "", TYPED, wire.CallStaff(place))
                assert isinstance(found, wire.Called)
                return FoundCalled(found.at_ms)
            case WantUpload(upload, name):
                found = self._asked(identity, id_number, proof, wire.OpenUpload(upload, name))
                assert isinstance(found, wire.Upload)
                return FoundUpload(found.files, found.left_s, upload_address(identity.public_address, found.token))
            case WantArrived(upload, wish):
                found = self._asked(identity, id_number, proof, wire.LookUpload(upload, wish))
                assert isinstance(found, wire.Upload)
                return FoundUpload(found.files, found.left_s)

    def _keys_of(self, entry_id: bytes) -> tuple[bytes, bytes]:
        """Token and return key: the same when it is asked again, as the platform keeps those of the first."""
        keys = self._keys.get(entry_id) or (os.urandom(16), os.urandom(32))
        self._keys = {entry_id: keys}
        return keys

    def _asked(self, identity: Identity, id_number: str, proof: Proof, act: object) -> object:
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
        seen = "card" if proof.assured else proof.level
        now_ms = time.time_ns() // 1_000_000
        question = new_question(id_number, act, now_ms, seen, proof.assured)  # type: ignore[arg-type]
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
        company=submit.company,
        service_name=submit.service_name,
        assurance=submit.assurance,
        pays=submit.pays,
        pays_by=submit.pays_by,
        signature=submit.signature,
        urgent=submit.urgent,
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
        one.bundle,
        one.certificate,
        one.payment,
        one.fen,
    )


def _order(found: object) -> FoundOrder:
    from sync.question import Payment

    assert isinstance(found, Payment)
    return FoundOrder(found.order, found.fen, found.state, found.qr, found.expires_ms, found.paid_ms)
