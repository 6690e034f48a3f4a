"""A certificate for a phone: by a link of minutes that holds a few times, for whoever proves more than a card."""

import urllib.error
import urllib.request
from email.message import Message

import pytest

from central.downloads import HOLDS_MS, USES
from central.store import Transaction
from sync.client import PlatformError
from sync.question import Offer, OfferCertificate, new_question
from tests.central.conftest import APPLICANT, EITHER_DATABASE, Kiosk, Server
from tests.central.test_certificates import Counter
from tests.central.test_platform import central
from tests.central.test_refusals import ask, now_ms

OTHER = "519901194002291236"


@pytest.fixture
def ready(server: Server, kiosk: Kiosk) -> Counter:
    counter = Counter(server, kiosk)
    counter.complete()
    counter.make_key()
    return counter


def offered(counter: Counter, number: str, *, attended: bool = False, card: str = "") -> Offer:
    seen = "card+person" if attended else "card"
    question = new_question(card or APPLICANT.id_number, OfferCertificate(number), now_ms(), seen)
    found = ask(counter.server, counter.kiosk, question)
    assert isinstance(found, Offer)
    return found


def fetched(link: str) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(link) as answer:
            return int(answer.status), answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@EITHER_DATABASE
def test_the_phone_fetches_what_was_issued_a_few_times(ready: Counter, tmp_path: object) -> None:
    made = ready.issue("--out", f"{tmp_path}/out.pdf")
    offer = offered(ready, str(made["case_number"]), attended=True)
    code = str(made["code"])
    assert (offer.title, offer.code.replace("-", "")) == ("居住证明", code)
    assert offer.address == f"{ready.server.url}/v/{code}"
    assert offer.until_ms == pytest.approx(now_ms() + HOLDS_MS, abs=60_000)
    assert len(offer.link.rpartition("/")[2]) == 43
    with open(f"{tmp_path}/out.pdf", "rb") as file:
        pdf = file.read()
    for _ in range(USES):
        status, headers, body = fetched(offer.link)
        assert (status, body, headers["Content-Type"]) == (200, pdf, "application/pdf")
        assert headers["Cache-Control"] == "no-store"
        assert APPLICANT.name not in str(headers)
    status, _, page = fetched(offer.link)
    assert status == 404
    assert "我办的事" in page.decode()
    again = offered(ready, str(made["case_number"]), attended=True)
    assert again.link != offer.link
    assert fetched(again.link)[0] == 200
    raw = ready.server.rows("SELECT digest FROM downloads")
    assert all(offer.link.encode()[-43:] not in bytes(row[0]) for row in raw)  # type: ignore[call-overload]


@EITHER_DATABASE
def test_a_link_ends_with_its_minutes_and_with_the_certificate(ready: Counter) -> None:
    made = ready.issue()
    number = str(made["case_number"])
    late, revoked = offered(ready, number, attended=True), offered(ready, number, attended=True)

    async def age(work: Transaction) -> None:
        await work.run("UPDATE downloads SET expires_ms = expires_ms - $1 WHERE digest = $2", HOLDS_MS, digest(late))

    ready.server.do(age)
    assert fetched(late.link)[0] == 404
    assert fetched(revoked.link)[0] == 200
    central(ready.server, "revoke-certificate", str(made["code"]))
    assert fetched(revoked.link)[0] == 404
    with pytest.raises(PlatformError) as error:
        offered(ready, number, attended=True)
    assert error.value.code == "question.assurance"


def digest(offer: Offer) -> bytes:
    from base64 import urlsafe_b64decode
    from hashlib import sha256

    return sha256(urlsafe_b64decode(offer.link.rpartition("/")[2] + "=")).digest()


@EITHER_DATABASE
def test_a_card_alone_or_anothers_case_opens_none(ready: Counter) -> None:
    number = str(ready.issue()["case_number"])
    for wrong in ({}, {"card": OTHER}, {"attended": True, "card": OTHER}):
        with pytest.raises(PlatformError) as error:
            offered(ready, number, **wrong)  # type: ignore[arg-type]
        assert error.value.code == "question.assurance", wrong
    with pytest.raises(PlatformError):
        offered(ready, "BJ0", attended=True)
    assert ready.server.rows("SELECT count(*) FROM downloads") == [(0,)]


@pytest.mark.parametrize("token", ["x", "A" * 43, "%E4%B8%AD", "=" * 10])
def test_what_is_no_link_opens_nothing(server: Server, token: str) -> None:
    assert fetched(f"{server.url}/c/{token}")[0] == 404
