"""The pages for phones speak each language that has a table of words; which one, the address says, the case, or the
phone. Their words are whole, and a further language is a file."""

import base64
import os
import re
import tomllib
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from central import saying
from central.pages import not_found_page
from central.phone_pages import SAID as FATES
from central.phone_uploads import token_text
from central.saying import Saying, accepted, languages
from offline_cache import bodies
from offline_cache.entry import Kind
from offline_cache.number import receipt_number
from sync.question import OpenUpload, Upload, new_question
from tests.central.conftest import APPLICANT, Kiosk, Server
from tests.central.test_platform import cases_arrived, entries_of, put
from tests.central.test_refusals import ask, now_ms
from tests.kiosk.test_words import places
from tests.kiosk.words import ROOT, is_chinese, of_python, unsaid

SAID = {text for path in (ROOT / "central").glob("*.py") for text in of_python(path)}
OTHERS = languages()[1:]
ENGLISH_PHONE = {"Accept-Language": "en-GB,en;q=0.9,zh-CN;q=0.4"}
CHINESE_PHONE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
_NOT_OURS = re.compile(r'<(span|a|b)[^>]* lang="zh-CN"[^>]*>.*?</\1>', re.DOTALL)


def table(language: str) -> dict[str, str]:
    return tomllib.loads((ROOT / f"central/words.{language}.toml").read_text(encoding="utf-8"))


def is_english(answer: requests.Response) -> bool:
    """Whole and said to be so; what is in Chinese is marked."""
    page = answer.text
    assert answer.headers["Vary"] == "Accept-Language"
    assert "<script" not in page
    if '<html lang="en" dir="ltr">' not in page:
        assert '<html lang="zh-CN" dir="ltr">' in page
        assert answer.headers["Content-Language"] == "zh-CN"
        assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in page
        return False
    assert answer.headers["Content-Language"] == "en"
    assert '<a href="?lang=zh" lang="zh-CN" hreflang="zh-CN">中文</a>' in page
    assert not is_chinese(_NOT_OURS.sub("", page))
    return True


def hand_in(kiosk: Kiosk, language: str) -> str:
    """The path of its progress page."""
    token = os.urandom(16)

    def body(sequence: int) -> bytes:
        number = receipt_number(kiosk.identity.kiosk, kiosk.journal.journal, sequence)
        case = bodies.Case("a", 1, number, token, os.urandom(32), APPLICANT, {}, {}, language=language)
        return bodies.encode(case)

    with kiosk.journal.writing(Kind.CASE, os.urandom(16), body, "a@1"):
        pass
    return f"/p/{base64.urlsafe_b64encode(token).rstrip(b'=').decode()}"


def open_upload(server: Server, kiosk: Kiosk) -> str:
    found = ask(
        server, kiosk, new_question(APPLICANT.id_number, OpenUpload(os.urandom(16), "Household register"), now_ms())
    )
    assert isinstance(found, Upload)
    return f"{server.url}/u/{token_text(found.token)}"


def test_a_case_is_told_in_its_language_and_any_by_the_switch(server: Server, kiosk: Kiosk) -> None:
    chinese, english = hand_in(kiosk, "zh"), hand_in(kiosk, "en")
    put(kiosk, server, 1, entries_of(kiosk))
    cases_arrived(server, 2)

    def get(path: str, phone: dict[str, str]) -> requests.Response:
        return requests.get(server.url + path, headers=phone, timeout=20)

    assert is_english(get(english, CHINESE_PHONE))
    assert not is_english(get(chinese, CHINESE_PHONE))
    assert is_english(get(chinese, ENGLISH_PHONE))
    assert not is_english(get(f"{english}?lang=zh", ENGLISH_PHONE))
    assert is_english(get(f"{chinese}?lang=en", CHINESE_PHONE))
    assert not is_english(get(f"{chinese}?lang=xx", CHINESE_PHONE)), "one that nobody speaks here"


@pytest.mark.parametrize("path", ["/p/A", "/v/2222-2222-2222", f"/c/{'A' * 43}", f"/u/{'A' * 43}"])
def test_what_is_not_there_is_said_in_the_phones_language(server: Server, path: str) -> None:
    for phone, english in ((ENGLISH_PHONE, True), (CHINESE_PHONE, False)):
        answer = requests.get(server.url + path, headers=phone, timeout=20)
        assert answer.status_code == 404
        assert is_english(answer) == english


def test_papers_are_sent_in_the_language_of_the_kiosks_code(server: Server, kiosk: Kiosk) -> None:
    page = open_upload(server, kiosk)
    english = f"{page}?lang=en"
    picture = b"\xff\xd8\xff\xe0" + b"\0" * 20
    sent = requests.post(english, headers=CHINESE_PHONE, files={"files": ("a", picture)}, timeout=20)
    assert is_english(sent)
    assert "Received so far: 1" in sent.text
    for fate in FATES:
        assert is_english(requests.get(f"{english}&said={fate}", headers=CHINESE_PHONE, timeout=20))
    (action,) = re.findall(r'action="([^"]*/remove[^"]*)"', sent.text)
    (row,) = re.findall(r'name="file" value="(\d+)"', sent.text)
    removed = requests.post(server.url + action, headers=CHINESE_PHONE, data={"file": row}, timeout=20)
    assert is_english(removed)
    assert "Deleted." in removed.text
    server.do(lambda work: work.run("UPDATE uploads SET until_ms = $1", now_ms() - 1))
    late = requests.post(server.url + action, headers=CHINESE_PHONE, data={"file": row}, timeout=20)
    assert late.status_code == 410
    assert is_english(late)
    assert not is_english(requests.get(page, headers=CHINESE_PHONE, timeout=20))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("fr-FR,fr;q=0.9", "zh"),
        ("fr;q=0.9,en;q=0.2", "en"),
        ("zh-TW, en;q=0.9", "zh"),
        ("en-US;q=0.5,zh;q=0.6", "zh"),
        ("EN-us", "en"),
        ("en;q=0", "zh"),
        ("*", "zh"),
        ("en;q=x", "zh"),
        ("en;level=1", "zh"),
    ],
)
def test_the_phone_says_what_it_likes_best(header: str, language: str) -> None:
    assert accepted(header) == language


@given(st.text(max_size=60) | st.text("zhen-;q=.0123456789,* ", max_size=60))
def test_whatever_a_phone_says_it_is_answered(header: str) -> None:
    assert accepted(header) in languages()


# -- the tables --


def test_there_is_english() -> None:
    assert "en" in OTHERS
    assert not [there for there in table("en").values() if is_chinese(there)]


@pytest.mark.parametrize("language", OTHERS)
def test_all_is_translated_and_nothing_for_nothing(language: str) -> None:
    words = table(language)
    assert words.keys() == SAID
    assert list(words) == sorted(words)
    for text, there in words.items():
        assert places(there) == places(text), text
        assert there.strip()


def test_the_pages_have_no_text_that_is_not_said() -> None:
    assert unsaid(["central/pages.py", "central/phone_pages.py", "central/saying.py"]) == {}


def test_a_further_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words.ug.toml").write_text('"中文" = "ئۇيغۇرچە"\n"还没有查到" = "تېپىلمىدى"\n', encoding="utf-8")
    monkeypatch.setattr(saying, "_TABLES", tmp_path)
    languages.cache_clear()
    try:
        assert accepted("ug-CN,zh;q=0.8") == "ug"
        page = not_found_page(Saying("ug"))
        assert '<html lang="ug" dir="rtl">' in page
        assert '<b lang="ug">ئۇيغۇرچە</b>' in page
        assert "<h1>تېپىلمىدى</h1>" in page
        assert "如果刚刚提交" in page, "what is not translated is said in Chinese"
    finally:
        languages.cache_clear()
