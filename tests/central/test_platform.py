"""The platform over real HTTP: each entry once, each refusal with its own code."""

import base64
import os
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import requests
import zstandard

from offline_cache.batch import Batch
from offline_cache.entry import Entry
from offline_cache.reader import JournalReader
from offline_cache.return_letter import open_letter
from offline_cache.sealing import suite
from sync.client import PlatformClient, PlatformError
from sync.wire import BATCH_TYPE, EnrolmentRequest
from tests.central.conftest import BOTH_DATABASES, Kiosk, Server, command, enrolled, until

pytestmark = BOTH_DATABASES


def entries_of(kiosk: Kiosk) -> list[Entry]:
    reader = JournalReader(kiosk.data)
    try:
        return reader.to_send(reader.journals()[0], 1, 1000)
    finally:
        reader.close()


def put(kiosk: Kiosk, server: Server, first: int, batch: list[Entry]) -> tuple[int, list[str]]:
    client = kiosk.client(server.url)
    try:
        answer = client.put_entries(kiosk.journal.journal, first, batch)
    finally:
        client.close()
    return answer.next, [verdict.verdict for verdict in answer.verdicts]


def refusal(kiosk: Kiosk, server: Server, first: int, batch: list[Entry]) -> PlatformError:
    with pytest.raises(PlatformError) as error:
        put(kiosk, server, first, batch)
    return error.value


def central(server: Server, *arguments: str) -> tuple[int, dict[str, object]]:
    return command(server, *arguments)


def cases_arrived(server: Server, count: int) -> None:
    until(lambda: server.rows("SELECT count(*) FROM cases")[0][0] == count, f"arrival of {count} cases")


def test_entries_are_stored_once_and_repeats_are_nothing(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(4)
    found = entries_of(kiosk)
    assert put(kiosk, server, 1, found[:2]) == (3, ["stored", "stored"])
    assert put(kiosk, server, 1, found[:2]) == (3, ["repeat", "repeat"])
    assert put(kiosk, server, 2, found[1:]) == (5, ["repeat", "stored", "stored"])
    cases_arrived(server, 4)


def test_a_gap_is_refused_with_what_is_wanted(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(3)
    error = refusal(kiosk, server, 3, entries_of(kiosk)[2:])
    assert (error.code, error.wanted) == ("journal.gap", 1)
    assert server.rows("SELECT count(*) FROM entries") == [(0,)]


@pytest.mark.parametrize("part", ["header", "body", "signature"])
def test_a_changed_entry_is_refused_whole_and_rings_an_alarm(server: Server, kiosk: Kiosk, part: str) -> None:
    kiosk.submit(2)
    first, last = entries_of(kiosk)
    value = getattr(last, part)
    damaged = msgspec.structs.replace(last, **{part: value[:-1] + bytes([value[-1] ^ 1])})
    assert refusal(kiosk, server, 1, [first, damaged]).code == "journal.chain"
    assert server.rows("SELECT count(*) FROM entries") == [(0,)]
    assert server.rows("SELECT kiosk, sequence, code FROM alarms") == [("K0001", 1, "journal.chain")]
    assert put(kiosk, server, 1, [first, last]) == (3, ["stored", "stored"])


def test_another_content_under_the_same_number_rings_an_alarm(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.submit(1)
    found = entries_of(kiosk)
    put(kiosk, server, 1, found)
    other = msgspec.structs.replace(found[0], header=found[0].header[:-1] + b"\x01")
    assert refusal(kiosk, server, 1, [other]).code == "journal.conflict"
    assert server.rows("SELECT code FROM alarms") == [("journal.conflict",)]


def test_nobody_writes_another_kiosks_journal(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.submit(1)
    put(kiosk, server, 1, entries_of(kiosk))
    thief = enrolled(server, tmp_path / "thief")
    client = thief.client(server.url)
    with pytest.raises(PlatformError) as error:
        client.put_entries(kiosk.journal.journal, 2, entries_of(kiosk))
    assert error.value.code == "journal.conflict"
    client.close()
    thief.journal.close()


def test_requests_are_believed_by_their_signature_only(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(1)
    identity = kiosk.identity
    wrong_key = msgspec.structs.replace(identity, signing_key=suite("intl-1").new_signing_key())
    unknown = msgspec.structs.replace(identity, kiosk="K9999")
    for given, code in ((wrong_key, "request.unsigned"), (unknown, "kiosk.unknown")):
        client = PlatformClient(server.url, given, lambda: datetime.now(UTC))
        with pytest.raises(PlatformError) as error:
            client.put_entries(kiosk.journal.journal, 1, entries_of(kiosk))
        assert error.value.code == code
        client.close()
    for minutes in (-10, 10):
        client = PlatformClient(server.url, identity, lambda: datetime.now(UTC) + timedelta(minutes=minutes))  # noqa: B023
        with pytest.raises(PlatformError) as error:
            client.feed(0, 0, "pk")
        assert error.value.code == "request.stale"
        assert error.value.server_ms is not None
        client.close()
    assert server.rows("SELECT count(*) FROM entries") == [(0,)]


def test_a_body_changed_on_the_way_is_refused(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(1)
    client = kiosk.client(server.url)
    body = zstandard.compress(msgspec.msgpack.encode(Batch(entries_of(kiosk))))
    path = f"/journals/{kiosk.journal.journal.hex()}/1"
    prepared = client._signed("PUT", path, body, {"Content-Type": BATCH_TYPE})
    prepared.body = zstandard.compress(msgspec.msgpack.encode(Batch([])))
    prepared.headers["Content-Length"] = str(len(prepared.body))
    answer = client.session.send(prepared)
    assert (answer.status_code, answer.json()["code"]) == (401, "request.digest")
    client.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"rubbish", 400),
        (zstandard.compress(b"\x90"), 400),
        (zstandard.compress(b"\0" * 40_000_000), 400),
        (os.urandom(9_000_000), 413),
    ],
)
def test_bodies_that_are_no_batch(server: Server, kiosk: Kiosk, body: bytes, status: int) -> None:
    client = kiosk.client(server.url)
    path = f"/journals/{kiosk.journal.journal.hex()}/1"
    answer = client.session.send(client._signed("PUT", path, body, {"Content-Type": BATCH_TYPE}))
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["code"] == "request.malformed"
    client.close()


def test_enrolment_codes_work_once(server: Server) -> None:
    key = suite("intl-1").signing_key(suite("intl-1").new_signing_key()).public
    client = PlatformClient(server.url, None, lambda: datetime.now(UTC))
    code = server.enrol_code()
    first = client.enrol(EnrolmentRequest(code.lower(), "intl-1", key))
    assert client.enrol(EnrolmentRequest(code, "intl-1", key)).kiosk == first.kiosk
    second = suite("intl-1").signing_key(suite("intl-1").new_signing_key()).public
    for request, refused in (
        (EnrolmentRequest(code, "intl-1", second), "enrol.code"),
        (EnrolmentRequest("AAAA-AAAA-AAAA", "intl-1", second), "enrol.code"),
        (EnrolmentRequest(server.enrol_code(), "sm-9", second), "enrol.suite"),
        (EnrolmentRequest(server.enrol_code(), "intl-1", b"short"), "enrol.suite"),
    ):
        with pytest.raises(PlatformError) as error:
            client.enrol(request)
        assert error.value.code == refused
    client.close()


def test_a_kill_between_storing_and_opening_loses_nothing(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(30)
    put(kiosk, server, 1, entries_of(kiosk))
    server.kill()
    server.start()
    cases_arrived(server, 30)
    assert server.rows("SELECT count(DISTINCT receipt_number) FROM cases") == [(30,)]


def test_an_envelope_for_another_platform_blocks_nothing(server: Server, kiosk: Kiosk) -> None:
    stranger = suite("intl-1").opening_key(suite("intl-1").new_opening_key())
    kiosk.journal._sealing_key = suite("intl-1").sealing_key(stranger.public)
    kiosk.submit(1)
    kiosk.journal._sealing_key = suite("intl-1").sealing_key(kiosk.identity.platform_public_key)
    kiosk.submit(1)
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 1)
    assert server.rows("SELECT opened FROM entries ORDER BY sequence") == [("seal.unreadable",), ("opened",)]


def test_a_clerk_accepts_and_the_kiosk_alone_can_read_it(server: Server, kiosk: Kiosk) -> None:
    (case,) = kiosk.submit(1)
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 1)
    client = kiosk.client(server.url)
    received = client.feed(0, 5.0, kiosk.identity.platform_key_id)
    answers = []
    waiting = threading.Thread(
        target=lambda: answers.append(
            kiosk.client(server.url).feed(received.next, 20.0, kiosk.identity.platform_key_id)
        )
    )
    waiting.start()
    status, accepted = central(server, "accept", case.number)
    assert (status, accepted["state"], accepted["changed"]) == (0, "accepted", True)
    waiting.join()
    (item,) = answers[0].items
    letter = open_letter(case.return_key, item.about, item.letter)
    assert (letter.state, letter.number) == ("accepted", accepted["number"])
    status, again = central(server, "accept", str(accepted["number"]))
    assert (status, again["changed"]) == (0, False)
    assert client.feed(item.cursor, 0, kiosk.identity.platform_key_id).items == []
    client.close()


def test_commands_say_what_is_wrong(server: Server) -> None:
    status, answer = central(server, "accept", "BJ0")
    assert (status, answer["error"]["code"]) == (1, "case.unknown")  # type: ignore[index]
    status, answer = central(server, "accept", "K0001-000012-X")
    assert "mistyped" in answer["error"]["message"]  # type: ignore[index]
    status, answer = central(server, "accept", "--newest")
    assert (status, answer["error"]["code"]) == (1, "case.unknown")  # type: ignore[index]


def test_the_phones_page_shows_the_state_and_names_nobody(server: Server, kiosk: Kiosk) -> None:
    (case,) = kiosk.submit(1)
    token = base64.urlsafe_b64encode(case.token).rstrip(b"=").decode()
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{server.url}/p/{token}")
    assert missing.value.code == 404
    assert "还没有查到" in missing.value.read().decode()
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 1)
    page = requests.get(f"{server.url}/p/{token}", timeout=5)
    assert "已接件" in page.text
    assert case.number in page.text
    assert page.headers["Cache-Control"] == "no-store"
    for personal in ("王", "5199", "13800000018"):
        assert personal not in page.text
    for bad in ("x", "%00", "a" * 4000):
        assert requests.get(f"{server.url}/p/{bad}", timeout=5).status_code == 404


def test_names_are_shown_to_clerks_who_ask_for_them_only(server: Server, kiosk: Kiosk) -> None:
    kiosk.submit(1)
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 1)
    _, masked = central(server, "cases")
    _, shown = central(server, "cases", "--reveal")
    assert masked["cases"][0]["applicant"] == "王**"  # type: ignore[index]
    assert shown["cases"][0]["applicant"] == "王桂兰"  # type: ignore[index]


def test_the_platform_ends_in_order_with_polls_open(server: Server, kiosk: Kiosk) -> None:
    waiting = threading.Thread(target=lambda: kiosk.client(server.url).feed(0, 20.0, kiosk.identity.platform_key_id))
    waiting.start()
    until(server.answers, "an answer beside the poll")
    assert server.stop() == ""
    waiting.join()


def test_what_is_not_there_is_a_problem_too(server: Server) -> None:
    answer = requests.get(f"{server.url}/v2/everything", timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (404, "request.malformed")
