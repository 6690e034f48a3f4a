"""Papers by phone: the kiosk opens an upload, the phone sends a form, the case that names it has the files. Real HTTP,
on both databases."""

import asyncio
import io
import os
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest
import requests
from PIL import Image

from central.phone_api import collect, tidy
from central.phone_uploads import KEPT_MS, LEFT_MS, OPEN_MS, token_text
from central.store import open_store
from offline_cache import bodies
from offline_cache.entry import Kind
from sync.client import PlatformError
from sync.question import LookUpload, OpenUpload, Perform, Performed, Upload, new_question
from tests.central.conftest import APPLICANT, CENTRAL, EITHER_DATABASE, Kiosk, Server, command, until
from tests.central.test_platform import entries_of, put
from tests.central.test_refusals import ask, now_ms

pytestmark = EITHER_DATABASE
OTHER = "519901196209050313"
PDF = b"%PDF-1.7\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\0" * 40


def picture() -> bytes:
    made = io.BytesIO()
    Image.effect_noise((60, 60), 90).convert("RGB").save(made, "JPEG")
    return made.getvalue()


def opened(server: Server, kiosk: Kiosk, upload: bytes = b"", person: str = APPLICANT.id_number) -> tuple[bytes, str]:
    """Its id and its page's address."""
    upload = upload or os.urandom(16)
    found = ask(server, kiosk, new_question(person, OpenUpload(upload, "户口簿"), now_ms()))
    assert isinstance(found, Upload)
    assert found.left_s == OPEN_MS // 1000
    return upload, f"{server.url}/u/{token_text(found.token)}"


def looked(server: Server, kiosk: Kiosk, upload: bytes, wish: str = "", person: str = APPLICANT.id_number) -> Upload:
    found = ask(server, kiosk, new_question(person, LookUpload(upload, wish), now_ms()))  # type: ignore[arg-type]
    assert isinstance(found, Upload)
    return found


def send(address: str, *contents: bytes, name: str = "x.jpg") -> requests.Response:
    return requests.post(address, files=[("files", (name, content)) for content in contents], timeout=20)


def case_of(upload: bytes, entry_id: bytes = b"", kind: str = "report") -> Perform:
    case = bodies.Case(
        "hunyin", 1, "", os.urandom(16), os.urandom(32), APPLICANT, {}, {}, materials={"hukou": "phone"},
        uploads={"hukou": upload},
    )  # fmt: skip
    return Perform(kind, entry_id or os.urandom(16), bodies.encode(case))


def handed_in(server: Server, kiosk: Kiosk, upload: bytes) -> str:
    """The number of an online case that names it."""
    done = ask(server, kiosk, new_question(APPLICANT.id_number, case_of(upload), now_ms()))
    assert isinstance(done, Performed)
    return done.number


def journalled(server: Server, kiosk: Kiosk, kind: Kind, body: bodies.Body, entry_id: bytes = b"") -> bytes:
    """Written to the kiosk's journal and sent."""
    entry_id = entry_id or os.urandom(16)
    with kiosk.journal.writing(kind, entry_id, lambda _: bodies.encode(body), ""):
        pass
    put(kiosk, server, 1, entries_of(kiosk))
    until(lambda: server.rows("SELECT count(*) FROM entries WHERE opened = ''") == [(0,)], "the opening")
    return entry_id


def files_of(server: Server, number: str, folder: Path | None = None) -> dict[str, object]:
    more = ["--fetch", str(folder)] if folder else []
    code, found = command(server, "files", number, *more)
    assert code == 0
    return found


def stored(server: Server) -> list[Path]:
    folder = server.data / "phone" / "attachments"
    return sorted(folder.iterdir()) if folder.exists() else []


def tidied(server: Server, later_ms: int) -> None:
    """Housekeeping, in a process of its own beside the server's."""

    async def run() -> None:
        store = await open_store(server.data, server.database)
        try:
            await tidy(store, server.data, now_ms() + later_ms)
            await collect(store, server.data)
        finally:
            await store.close()

    asyncio.run(run())


def test_what_the_phone_sends_belongs_to_the_case(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    upload, address = opened(server, kiosk)
    page = requests.get(address, timeout=20)
    assert page.status_code == 200
    assert "户口簿" in page.text
    assert APPLICANT.name not in page.text
    assert "script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    first = picture()
    answer = send(address, first, PDF)
    assert answer.history[0].status_code == 303
    assert "收到了" in answer.text
    assert "已经收到 2 张" in answer.text
    assert looked(server, kiosk, upload).files == 2
    assert all(first not in path.read_bytes() for path in stored(server)), "locked where it lies"
    number = handed_in(server, kiosk, upload)
    found = files_of(server, number, tmp_path / "fetched")
    assert [(one["file"], one["material"], one["trust"]) for one in found["files"]] == [  # type: ignore[attr-defined]
        (f"{number}-1.jpg", "hukou", "C"),
        (f"{number}-2.pdf", "hukou", "C"),
    ]
    assert (tmp_path / "fetched" / f"{number}-1.jpg").read_bytes() == first
    assert (tmp_path / "fetched" / f"{number}-2.pdf").read_bytes() == PDF
    after = send(address, picture())
    assert after.status_code == 410
    assert "已经交上去了" in after.text
    assert requests.get(address, timeout=20).status_code == 410


def test_a_case_from_the_journal_and_its_supplement_name_uploads(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    send(address, picture())
    case = bodies.Case("dibao", 1, "K-1", os.urandom(16), os.urandom(32), APPLICANT, {}, {}, uploads={"hukou": upload})
    about = journalled(server, kiosk, Kind.CASE, case)
    ((number,),) = server.rows("SELECT number FROM cases")
    more, address = opened(server, kiosk)
    send(address, HEIC)
    journalled(server, kiosk, Kind.SUPPLEMENT, bodies.Supplement(about, {"way": "phone"}, upload=more))
    found = files_of(server, str(number))["files"]
    assert isinstance(found, list)
    assert [(one["material"], one["media_type"]) for one in found] == [
        ("hukou", "image/jpeg"),
        ("supplement", "image/heic"),
    ]


def test_two_cases_of_a_bundle_share_what_was_sent_once(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    send(address, picture())
    for number in (handed_in(server, kiosk, upload), handed_in(server, kiosk, upload)):
        assert len(files_of(server, number)["files"]) == 1  # type: ignore[arg-type]


def test_what_is_not_there_or_anothers_is_told_to_the_office(server: Server, kiosk: Kiosk) -> None:
    others, address = opened(server, kiosk, person=OTHER)
    send(address, picture())
    for upload in (others, os.urandom(16)):
        number = handed_in(server, kiosk, upload)
        assert files_of(server, number) == {"number": number, "files": [], "missing": ["hukou"]}


def test_nobody_looks_into_anothers_upload(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    send(address, picture())
    for wish in ("", "keep", "drop"):
        with pytest.raises(PlatformError) as error:
            looked(server, kiosk, upload, wish, OTHER)
        assert error.value.code == "question.unreadable"
    with pytest.raises(PlatformError):
        opened(server, kiosk, upload, OTHER)
    assert looked(server, kiosk, upload).files == 1


def test_what_is_no_upload_is_not_opened(server: Server, kiosk: Kiosk) -> None:
    for bad in (OpenUpload(b"short", "x"), OpenUpload(b"u" * 16, ""), OpenUpload(b"u" * 16, "x" * 101)):
        with pytest.raises(PlatformError):
            ask(server, kiosk, new_question(APPLICANT.id_number, bad, now_ms()))


def test_a_typed_number_may_send_papers(server: Server, kiosk: Kiosk) -> None:
    asked = OpenUpload(os.urandom(16), "户口簿")
    assert isinstance(ask(server, kiosk, new_question(OTHER, asked, now_ms(), "typed")), Upload)


def test_opened_again_only_the_new_code_counts_and_nothing_is_lost(server: Server, kiosk: Kiosk) -> None:
    upload, first = opened(server, kiosk)
    send(first, picture())
    _, second = opened(server, kiosk, upload)
    assert send(first, picture()).status_code == 404
    assert "已经收到 2 张" in send(second, picture()).text
    handed_in(server, kiosk, upload)
    with pytest.raises(PlatformError):
        opened(server, kiosk, upload)


def test_a_wrong_picture_is_taken_back(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    page = send(address, picture(), PDF).text
    rows = re.findall(r'name="file" value="(\d+)"', page)
    after = requests.post(f"{address}/remove", data={"file": rows[0]}, timeout=20)
    assert "删掉了" in after.text
    assert "已经收到 1 张" in after.text
    _, others = opened(server, kiosk)
    requests.post(f"{others}/remove", data={"file": rows[1]}, timeout=20)
    assert looked(server, kiosk, upload).files == 1, "by its own page only"
    for bad in ({}, {"file": "x"}, {"file": "-1"}, {"file": "9" * 40}):
        assert requests.post(f"{address}/remove", data=bad, timeout=20).status_code == 400
    tidied(server, 0)
    assert len(stored(server)) == 1


def test_what_is_no_picture_is_not_taken_whatever_it_is_called(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    for at, content in enumerate((b"GIF89a" + b"\0" * 40, b"<html>" * 10, b"MZ\x90\0" * 9, b"\xff\xd8"), 1):
        assert "只收照片" in send(address, content, name="hukou.jpg").text
        assert f"已经收到 {at} 张" in send(address, content, picture(), name="evil.exe").text, "what is one is taken"
    assert looked(server, kiosk, upload).files == 4


def test_what_is_too_large_is_not_taken_and_the_rest_is(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    large = picture() + b"\0" * 10_000_000
    page = send(address, large, picture()).text
    assert "太大了" in page
    assert looked(server, kiosk, upload).files == 1
    assert send(address, picture() + b"\0" * (10_000_000 - len(picture()) - 2000)).status_code == 200
    assert looked(server, kiosk, upload).files == 2
    head = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(10**12)}
    with socket.create_connection(("127.0.0.1", server.port), 20) as raw:
        path = address.removeprefix(server.url)
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        raw.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        assert b" 413 " in raw.recv(100), "before it comes"


def test_the_tenth_file_is_not_taken(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    page = send(address, *[picture()] * 10).text
    assert "已经有 9 张了" in page
    assert "已经收到 9 张" in page
    assert 'type="file"' not in page
    assert "已经收到 9 张" in send(address, PDF).text
    assert looked(server, kiosk, upload).files == 9
    assert len(stored(server)) == 9


def test_a_form_without_a_file_says_so(server: Server, kiosk: Kiosk) -> None:
    _, address = opened(server, kiosk)
    assert "还没有选照片" in requests.post(address, files={"camera": ("", b"")}, timeout=20).text
    assert "网络断了" in requests.post(address, data=b"nothing", timeout=20).text
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert "网络断了" in requests.post(address, data=b"--x\r\ngarbage", headers=kind, timeout=20).text


def test_where_the_disk_takes_nothing_the_phone_hears_it(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    (server.data / "phone").write_bytes(b"in the way")
    answer = send(address, picture())
    assert answer.status_code == 503
    assert "现在收不下" in answer.text
    assert looked(server, kiosk, upload).files == 0
    said = server.stop()
    assert "[storage.disk]" in said
    assert address.rsplit("/", 1)[1] not in said


def test_what_came_whole_before_a_cut_is_kept(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    prepared = requests.Request(
        "POST", address, files=[("files", ("a", picture())), ("files", ("b", picture() + b"\0" * 9000))]
    ).prepare()
    body = prepared.body
    assert isinstance(body, bytes)
    head = "".join(f"{name}: {value}\r\n" for name, value in prepared.headers.items())
    with socket.create_connection(("127.0.0.1", server.port), 20) as raw:
        raw.sendall(f"POST {prepared.path_url} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + body[:-4000])
        until(lambda: looked(server, kiosk, upload).files == 1, "the first file")
    assert "已经收到 2 张" in send(address, PDF).text
    assert server.stop() == "", "a phone that goes away is no fault"


def test_a_wrong_code_says_what_to_do(server: Server) -> None:
    for token in ("x", "A" * 43, "A" * 42 + "B", "A" * 44, "%00" * 43, "户" * 43):
        answer = requests.get(f"{server.url}/u/{token}", timeout=20)
        assert answer.status_code == 404
        assert "再扫一次" in answer.text
        assert requests.post(f"{server.url}/u/{token}", files={"f": b"x"}, timeout=20).status_code == 404
        assert requests.post(f"{server.url}/u/{token}/remove", data={"file": "1"}, timeout=20).status_code == 404


def test_after_half_an_hour_the_code_is_scanned_again(server: Server, kiosk: Kiosk) -> None:
    upload, address = opened(server, kiosk)
    send(address, picture())
    server.do(lambda work: work.run("UPDATE uploads SET until_ms = $1", now_ms() - 1))
    assert looked(server, kiosk, upload) == Upload(1, 0)
    answer = send(address, picture())
    assert answer.status_code == 410
    assert "再扫一次" in answer.text
    _, again = opened(server, kiosk, upload)
    assert "已经收到 2 张" in send(again, picture()).text


def test_what_no_case_came_for_is_deleted(server: Server, kiosk: Kiosk) -> None:
    left, kept, tied, dropped = (opened(server, kiosk) for _ in range(4))
    for _, address in (left, kept, tied, dropped):
        send(address, picture())
    looked(server, kiosk, kept[0], "keep")
    looked(server, kiosk, dropped[0], "drop")
    number = handed_in(server, kiosk, tied[0])
    looked(server, kiosk, tied[0], "drop")
    tidied(server, LEFT_MS - 60_000)
    assert len(stored(server)) == 3, "what was given up goes at once"
    tidied(server, LEFT_MS + 60_000)
    assert len(stored(server)) == 2, "what nobody confirmed goes after a day"
    assert looked(server, kiosk, kept[0]).files == 1
    tidied(server, KEPT_MS + 60_000)
    assert len(stored(server)) == 1
    assert len(files_of(server, number)["files"]) == 1  # type: ignore[arg-type]
    assert server.rows("SELECT count(*) FROM upload_files") == [(1,)]


def test_what_a_crash_left_in_the_folder_is_collected(server: Server, kiosk: Kiosk) -> None:
    _, address = opened(server, kiosk)
    send(address, picture())
    (known,) = stored(server)
    leftover, fresh = known.with_name("ab" * 32), known.with_name("cd" * 32)
    for path in (leftover, fresh):
        path.write_bytes(b"locked")
    before = time.time() - 7200
    for path in (leftover, known):
        os.utime(path, (before, before))
    tidied(server, 0)
    assert stored(server) == sorted([known, fresh]), "one that is just being written stays"


def test_a_back_up_has_the_files(server: Server, kiosk: Kiosk, tmp_path: Path) -> None:
    upload, address = opened(server, kiosk)
    send(address, picture())
    handed_in(server, kiosk, upload)
    subprocess.run(
        [*CENTRAL, "backup", str(tmp_path / "backup"), "--data", str(server.data)],
        check=True, capture_output=True, env=server.environment,
    )  # fmt: skip
    names = {path.name for path in (tmp_path / "backup" / "phone" / "attachments").iterdir()}
    assert names == {path.name for path in stored(server)}
