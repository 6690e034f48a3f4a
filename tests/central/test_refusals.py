"""Who is believed and who is not: each kind of refusal has its own code, on both databases."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import requests

from offline_cache.batch import encode_batch
from offline_cache.sealing import suite
from sync.client import PlatformClient, PlatformError
from sync.question import Cases, MyCases, OfferCertificate, Question, new_question, open_answer, seal_question
from sync.wire import BATCH_TYPE, SealedQuestion
from tests.central.conftest import APPLICANT, EITHER_DATABASE, Kiosk, Server, enrolled, until
from tests.central.test_platform import central, entries_of, put

pytestmark = EITHER_DATABASE


def refused(client: PlatformClient) -> PlatformError:
    with pytest.raises(PlatformError) as error:
        client.feed(0, 0.0, "")
    client.close()
    return error.value


def as_kiosk(given: Kiosk, server: Server, **changes: object) -> PlatformClient:
    return PlatformClient(server.url, msgspec.structs.replace(given.identity, **changes), lambda: datetime.now(UTC))


def test_a_request_counts_once(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(1)
    client = kiosk.client(server.url)
    path = f"/journals/{kiosk.journal.journal.hex()}/1"
    prepared = client._signed("PUT", path, encode_batch(entries_of(kiosk)), {"Content-Type": BATCH_TYPE})
    first = client.session.send(prepared)
    again = client.session.send(prepared)
    client.close()
    assert first.status_code == 200
    assert (again.status_code, again.json()["code"]) == (401, "request.replayed")


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
def test_a_stale_request_is_told_the_time(server: Server, kiosk: Kiosk, minutes: int) -> None:
    client = PlatformClient(server.url, kiosk.identity, lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    error = refused(client)
    assert error.code == "request.stale"
    assert error.server_ms is not None
    assert abs(error.server_ms / 1000 - datetime.now(UTC).timestamp()) < 60


def test_a_request_for_another_kiosk_is_refused(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    other = enrolled(server, tmp_path / "other")
    assert refused(as_kiosk(kiosk, server, kiosk=other.identity.kiosk)).code == "request.unsigned"
    assert refused(as_kiosk(kiosk, server, kiosk="K9999")).code == "kiosk.unknown"
    client = as_kiosk(kiosk, server)
    prepared = client._signed("GET", "/feed?after=0", b"", {})
    assert prepared.url is not None
    prepared.url = prepared.url.replace(kiosk.identity.kiosk, other.identity.kiosk)
    answer = client.session.send(prepared)
    client.close()
    other.close()
    assert (answer.status_code, answer.json()["code"]) == (403, "kiosk.other")


def test_a_kiosk_that_was_shut_out_is_told_so(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(1)
    put(kiosk, server, 1, entries_of(kiosk))
    assert central(server, "revoke", kiosk.identity.kiosk)[0] == 0
    assert refused(kiosk.client(server.url)).code == "kiosk.revoked"
    assert server.rows("SELECT count(*) FROM entries") == [(1,)]
    status, said = central(server, "revoke", "K9999")
    assert (status, said["error"]["code"]) == (1, "kiosk.unknown")  # type: ignore[index]


def test_without_a_signature_nothing_is_told(server: Server, kiosk: Kiosk) -> None:
    base = f"{server.url}/v1/kiosks/{kiosk.identity.kiosk}"
    for method, path in (("GET", "/feed"), ("GET", "/catalogue"), ("POST", "/questions"), ("POST", "/request-key")):
        answer = requests.request(method, base + path, data=b"{}", timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (401, "request.unsigned"), path


# -- out of turn --


def test_what_is_urgent_overtakes_and_is_the_same_entry_later(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(5)
    found = entries_of(kiosk)
    client = kiosk.client(server.url)
    first = client.put_urgent(found[4:])
    again = client.put_urgent(found[4:])
    client.close()
    assert [verdict.code for verdict in (*first.verdicts, *again.verdicts)] == ["", ""]
    until(lambda: server.rows("SELECT sequence FROM cases") == [(5,)], "the urgent case")
    following, verdicts = put(kiosk, server, 1, found)
    assert following == 6
    assert verdicts[:4] == ["stored"] * 4
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(5,)], "the rest")
    said = "SELECT count(*), count(DISTINCT entry_id), max(sequence) FROM entries"
    assert server.rows(said) == [(5, 5, 5)]
    assert server.rows("SELECT count(*) FROM alarms") == [(0,)]


def test_a_changed_urgent_entry_is_refused_and_the_true_one_comes_in_its_turn(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(2)
    found = entries_of(kiosk)
    body = found[1].body
    assert body is not None
    forged = msgspec.structs.replace(found[1], body=body[:-1] + bytes([body[-1] ^ 1]))
    client = kiosk.client(server.url)
    (verdict,) = client.put_urgent([forged]).verdicts
    client.close()
    assert verdict.verdict == "refused"
    assert put(kiosk, server, 1, found) == (3, ["stored", "stored"])
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(2,)], "both cases")


# -- questions about one citizen --


def ask(server: Server, kiosk: Kiosk, question: Question) -> object:
    client = kiosk.client(server.url)
    key = suite(kiosk.identity.suite).sealing_key(kiosk.identity.platform_public_key)
    try:
        sealed = SealedQuestion(kiosk.identity.platform_key_id, seal_question(key, kiosk.identity.kiosk, question))
        return open_answer(question, client.ask(sealed).sealed)
    finally:
        client.close()


def now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def test_my_cases_are_mine_from_every_kiosk(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.submit(2)
    put(kiosk, server, 1, entries_of(kiosk))
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(2,)], "the cases")
    elsewhere = enrolled(server, tmp_path / "elsewhere")
    answer = ask(server, elsewhere, new_question(APPLICANT.id_number, MyCases(), now_ms()))
    assert isinstance(answer, Cases)
    assert len({case.number for case in answer.cases}) == 2
    nobody = ask(server, elsewhere, new_question("110101199003070038", MyCases(), now_ms()))
    assert nobody == Cases([])
    elsewhere.close()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question(APPLICANT.id_number, 0, os.urandom(32), MyCases()), "question.unreadable"),
        (Question(APPLICANT.id_number, -1, os.urandom(5), MyCases()), "question.unreadable"),
        (Question(APPLICANT.id_number, -1, os.urandom(32), OfferCertificate("1")), "question.assurance"),
    ],
)
def test_questions_that_are_not_answered(server: Server, kiosk: Kiosk, question: Question, code: str) -> None:
    if question.asked_ms < 0:
        question = msgspec.structs.replace(question, asked_ms=now_ms())
    with pytest.raises(PlatformError) as error:
        ask(server, kiosk, question)
    assert error.value.code == code


def test_a_question_for_another_platform_is_unreadable(server: Server, kiosk: Kiosk) -> None:
    client = kiosk.client(server.url)
    for sealed in (SealedQuestion("pk-other", b"x"), SealedQuestion(kiosk.identity.platform_key_id, os.urandom(200))):
        with pytest.raises(PlatformError) as error:
            client.ask(sealed)
        assert error.value.code == "question.unreadable"
    client.close()
