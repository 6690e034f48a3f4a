"""The real agent and the real platform over a line that does its worst: every entry exactly once, the chain whole."""

import datetime as dt
import ipaddress
import os
import random
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import sync.client
from offline_cache.attachments import Attachments, refer_from_entry
from offline_cache.clock import SystemClock
from offline_cache.entry import Kind
from offline_cache.sealing import suite
from sync.agent import Agent, Uplink
from sync.backlog import backlog
from sync.state import SyncStateReader
from sync.uploading import CHUNK
from tests.central.conftest import Kiosk, Server, database, kiosk, server, until
from tests.sync.fault_proxy import Fault, Plan, answered, proxying
from tests.sync.test_agent import delivered

__all__ = ["database", "kiosk", "server"]


class Hasty(random.Random):
    """Of every random wait, the shortest."""

    def uniform(self, low: float, high: float) -> float:
        return low


class Working:
    """An agent in this process, without random waits."""

    def __init__(self, kiosk: Kiosk, uplink: Uplink) -> None:
        self.agent = Agent(kiosk.data, uplink, kiosk.identity, Hasty(1), SystemClock())
        self._thread = threading.Thread(target=self.agent.run)

    def __enter__(self) -> "Working":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.stop()
        self._thread.join()


def exactly_once(server: Server, count: int) -> None:
    said = "SELECT count(*), count(DISTINCT entry_id), max(sequence) FROM entries"
    assert server.rows(said) == [(count, count, count)]
    assert server.rows("SELECT count(*) FROM alarms") == [(0,)]
    until(lambda: server.rows("SELECT count(*) FROM cases") == [(count,)], "opening of all cases")


def failed_with(kiosk: Kiosk) -> str:
    reader = SyncStateReader(kiosk.data)
    try:
        return reader.contact().error_code
    finally:
        reader.close()


def cut_later_each_time(step: int, *, up: bool) -> Plan:
    def plan(number: int) -> Fault:
        passed = (number + 1) * step
        return Fault(up=passed) if up else Fault(down=passed)

    return plan


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_cut_after_every_so_many_bytes(server: Server, kiosk: Kiosk, up: bool) -> None:
    kiosk.submit(5)
    with (
        proxying(server.port, cut_later_each_time(83 if up else 23, up=up)) as proxy,
        Working(kiosk, Uplink(proxy.url)),
    ):
        until(lambda: delivered(kiosk), "delivery")
        assert proxy.connections > 12
    exactly_once(server, 5)


@pytest.mark.parametrize("seed", range(4))
def test_any_faults_in_any_order(server: Server, kiosk: Kiosk, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync.client, "READ_S", 0.5)
    chance = random.Random(seed)
    busy = answered("429 Too Many Requests", "application/problem+json", b"{}")
    down = answered("503 Service Unavailable", "text/html", b"<html>down</html>")
    broken = answered("500 Internal Server Error", "text/plain", b"oops")
    portal = answered("200 OK", "text/html", "<html>请登录</html>".encode())
    moved = answered("302 Found", "text/html", b"", "Location: http://127.0.0.1:9/\r\n")
    kinds = [busy, down, broken, portal, moved, Fault(repeat=True), Fault(drip=True)]

    def plan(number: int) -> Fault | None:
        if number >= 40:
            return None
        if chance.random() < 0.5:
            return chance.choice(kinds)
        size = int(10 ** chance.uniform(0, 4.5))
        return chance.choice([Fault(up=size), Fault(down=size), None])

    kiosk.submit(120)
    with proxying(server.port, plan) as proxy, Working(kiosk, Uplink(proxy.url)):
        kiosk.submit(30)
        until(lambda: delivered(kiosk), "delivery")
    exactly_once(server, 150)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (answered("500 Internal Server Error", "text/plain", b""), "platform.fault"),
        (answered("200 OK", "text/html", b"<html>"), "platform.not-ours"),
        (answered("407 Proxy Authentication Required", "text/html", b""), "platform.not-ours"),
        (Fault(up=0), "platform.unreachable"),
    ],
)
def test_the_kiosk_says_why_and_goes_on_by_itself(server: Server, kiosk: Kiosk, fault: Fault, code: str) -> None:
    kiosk.submit(2)
    with proxying(server.port, lambda _: fault) as proxy, Working(kiosk, Uplink(proxy.url)):
        until(lambda: failed_with(kiosk) == code, code)
        proxy.clear()
        until(lambda: delivered(kiosk), "delivery")
        until(lambda: not failed_with(kiosk), "the end of the trouble")
    exactly_once(server, 2)


def test_retry_after_is_obeyed(server: Server, kiosk: Kiosk) -> None:
    busy = answered("429 Too Many Requests", "application/problem+json", b"{}", "Retry-After: 600\r\n")
    kiosk.submit(1)
    with proxying(server.port, lambda _: busy) as proxy, Working(kiosk, Uplink(proxy.url)):
        until(lambda: failed_with(kiosk) == "platform.fault", "the refusal")
        until(lambda: proxy.connections >= 2, "both directions")
        proxy.clear()
        until(lambda: proxy.connections >= 2, "nothing more")
        assert not delivered(kiosk)
        assert proxy.connections == 2


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of its own for 127.0.0.1, and a server's side with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "county")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / "county.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "county.key"
    unlocked = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return pem, context


def test_who_cannot_prove_to_be_the_platform_gets_nothing(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.submit(1)
    pem, context = _certificate(tmp_path)
    with proxying(server.port, lambda _: None, context) as proxy:
        with Working(kiosk, Uplink(proxy.url)):
            until(lambda: failed_with(kiosk) == "platform.certificate", "the refusal")
        assert proxy.up == 0
        with Working(kiosk, Uplink(proxy.url, authorities=pem)):
            until(lambda: delivered(kiosk), "delivery to the county's own")
    exactly_once(server, 1)


# -- attachments --


def attach(kiosk: Kiosk, size: int) -> bytes:
    """A case with one file of that size; the locked file's digest."""
    made = Attachments(kiosk.data, suite(kiosk.identity.suite)).keep(os.urandom(size), "image/png")
    entry_id = os.urandom(16)
    with kiosk.journal.writing(Kind.SESSION_STARTED, entry_id, lambda _: b"\x80", ""):
        refer_from_entry(kiosk.journal.connection, entry_id, [made], 0)
    return made.digest


def uploaded(kiosk: Kiosk) -> bool:
    found = backlog(kiosk.data).files
    return found.files > 0 and found.done == found.files


def test_an_upload_that_is_cut_fifty_times_sends_hardly_more_than_its_bytes(
    server: Server, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 5_000_000
    digest = attach(kiosk, size)
    cuts = [0]

    def plan(_: int) -> Fault | None:
        if cuts[0] == 50:
            return None
        cuts[0] += 1
        return Fault(up=99_000)

    with proxying(server.port, plan) as proxy, Working(kiosk, Uplink(proxy.url)):
        until(lambda: uploaded(kiosk), "the upload")
        assert cuts == [50]
        assert size < proxy.up <= 1.1 * size
    stored = (server.data / "attachments" / digest.hex()).read_bytes()
    assert suite("intl-1").digest(stored) == digest


def test_a_day_takes_no_more_than_its_budget(server: Server, kiosk: Kiosk) -> None:
    digest = attach(kiosk, 3 * CHUNK)
    with Working(kiosk, Uplink(server.url, upload_budget=CHUNK + 1000)):
        reader = SyncStateReader(kiosk.data)
        until(lambda: (found := reader.upload(digest)) is not None and found.sent == CHUNK + 1000, "the day's share")
        reader.close()
        kiosk.submit(1)
        until(lambda: delivered(kiosk), "delivery of entries all the same")
        assert not uploaded(kiosk)
    with Working(kiosk, Uplink(server.url)):
        until(lambda: uploaded(kiosk), "the rest, without a budget")


def test_what_was_damaged_on_its_way_begins_anew(server: Server, kiosk: Kiosk) -> None:
    digest = attach(kiosk, 2 * CHUNK)
    client = kiosk.client(server.url)
    size = backlog(kiosk.data).files.total_bytes
    client.send_chunk(digest, 0, size, os.urandom(CHUNK), lambda _: None)
    client.close()
    with Working(kiosk, Uplink(server.url)):
        until(lambda: uploaded(kiosk), "the upload")
    stored = (server.data / "attachments" / digest.hex()).read_bytes()
    assert suite("intl-1").digest(stored) == digest


def test_a_file_that_is_damaged_here_is_named_and_holds_nothing_up(
    server: Server, kiosk: Kiosk, expected_logs: list[str]
) -> None:
    expected_logs.append("is not sent: attachment.local-damage")
    bad, good = attach(kiosk, 1000), attach(kiosk, 1000)
    path = kiosk.data / "attachments" / bad.hex()
    path.chmod(0o600)
    path.write_bytes(bytes(path.stat().st_size))
    with Working(kiosk, Uplink(server.url)):
        until(lambda: (found := backlog(kiosk.data).files).done == 1 and found.failed == 1, "the sound one")
    assert (server.data / "attachments" / good.hex()).exists()
