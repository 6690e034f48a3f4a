"""What stands on paper: templates as data, checked, translated, and never in the way of a citizen's receipt."""

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.contract import Paper
from devices.drivers.escpos.layout import cells, wrap
from kiosk.actions import Answer, Choose, Next, Print
from kiosk.applicant import masked_name
from kiosk.cli.main import main
from kiosk.effects import PrintPaper
from kiosk.pages import NotEligible, Question, Result
from kiosk.parts.company import ForCompany
from kiosk.published import troubles_of
from kiosk.receipt import Copy, HandedIn, PartCase, Submitted, receipt_paper, sheet_paper
from kiosk.saying import Saying
from kiosk.services.catalogue import BUILT_IN, load_catalogue
from kiosk.services.definition import Alternative
from kiosk.services.paper import PAPER_OF, PAPERS
from kiosk.services.papers import built_in_papers, load_paper
from kiosk.services.yaml_source import DefinitionError, read_yaml
from kiosk.session_paper import copy_of
from kiosk.states import DELIVERED, PLATFORM, QUEUED
from kiosk.typed_answers import answers_for_paper
from tests.kiosk.world import ACCOUNT, CREDIT_CODE, PHONE, Hand, built_in

BUILT = built_in()
CASE = Submitted("K0001-000002-F", 1_795_400_000_000, b"t" * 16, b"d" * 32, b"s" * 64, "http://platform.example")
ADVICE = Alternative(reason="没到80岁", where="窗口", when="上班", bring="身份证", contact="12345")
TOLD = HandedIn(
    act="apply", service="高龄津贴", submitted=CASE, state=QUEUED, applicant="王桂兰", place="柳溪镇",
    then=["县民政局核对", "有事会打您留的电话"],
)  # fmt: skip
CHINESE = built_in_papers()
ENGLISH = BUILT.speaking("en").papers


def written(paper: Paper) -> list[str]:
    """Each line as it is set: size, bold and place before the text."""
    place = {"left": "", "center": "|", "right": ">"}
    return [
        f"{'2' * (line.size - 1)}{'b' * line.bold}{place[line.align]} {'[QR]' if line.qr else line.text}".strip()
        for line in paper.lines
    ]


def body(numbered: str) -> list[str]:
    return [
        "",
        f"b {numbered}：K0001-000002-F",
        "事项：高龄津贴",
        "申请人：王**",
        "提交时间：2026-11-23 10:13",
        "办理地点：柳溪镇",
        "b 状态：待发送",
        "材料已加密存在本机，断电也不会丢。网络一通就自动发出，您不用再来。",
        "",
        "b 接下来：",
        "1. 县民政局核对",
        "2. 有事会打您留的电话",
        "",
        "| [QR]",
        "| 手机扫码查进度",
        "| 或在任何一台通办机放上身份证",
    ]


@pytest.mark.parametrize(
    ("act", "head", "numbered"),
    [
        ("apply", ["2b| 提交回执", "| （本回执不是受理通知书）"], "回执号"),
        ("book", ["2b| 预约凭条"], "预约号"),
        ("report", ["2b| 办理凭条"], "办件号"),
        ("certificate", ["2b| 申请凭条", "| （做好后，在任何一台通办机领到手机上，或到窗口领）"], "办件号"),
    ],
)
def test_the_papers_say_what_they_always_said(act: str, head: list[str], numbered: str) -> None:
    paper = receipt_paper(CHINESE, replace(TOLD, act=act))
    assert written(paper) == [*head, *body(numbered)]
    assert [line.qr for line in paper.lines if line.qr] == [CASE.qr]
    copy = receipt_paper(CHINESE, replace(TOLD, act=act, copy=2, agent="李**"))
    told = body(numbered)
    told.insert(4, "代办人：李**")
    assert written(copy) == [*head, "b| 补打第2次", *told]


def test_without_steps_there_is_no_heading_for_them() -> None:
    assert "b 接下来：" not in written(receipt_paper(CHINESE, replace(TOLD, then=[])))


def test_the_sheet_says_where_and_when_and_names_nobody() -> None:
    told = [
        "2b| 高龄津贴：办理指引", "", "没到80岁", "", "b 到哪里办", "窗口", "", "b 什么时候", "上班", "",
        "b 带什么", "身份证", "", "b 问谁", "12345", "", "| 柳溪镇", "| 打印时间：2026-11-23 10:00",
    ]  # fmt: skip
    assert written(sheet_paper(CHINESE, "高龄津贴", ADVICE, "柳溪镇", "2026-11-23 10:00")) == told
    answers = [("户口在本县", "在"), ("银行卡号", "尾号3446")]
    more = written(sheet_paper(CHINESE, "高龄津贴", ADVICE, "柳溪镇", "2026-11-23 10:00", answers))
    assert more == [*told[:-2], "b 您填过的，给窗口看", "户口在本县：在", "银行卡号：尾号3446", "", *told[-2:]]


def test_a_bundle_has_one_receipt_with_a_state_and_a_code_for_each_part() -> None:
    other = replace(CASE, number="K0001-000003-D", token=b"u" * 16)
    parts = [PartCase("高龄津贴", CASE, DELIVERED), PartCase("请给我打电话", other, PLATFORM["accepted"])]
    paper = receipt_paper(CHINESE, replace(TOLD, parts=parts, waiting=["老年优待证"], refused=[("养老", ADVICE)]))
    text = written(paper)
    assert [line.qr for line in paper.lines if line.qr] == [CASE.qr, other.qr]
    assert text[text.index("b 一起办的：") : text.index("b 接下来：")] == [
        "b 一起办的：",
        "", "b 高龄津贴", "回执号：K0001-000002-F", "状态：已送达", "| [QR]",
        "", "b 请给我打电话", "回执号：K0001-000003-D", "状态：已受理", "| [QR]",
        QUEUED.text,
        "b 没有一起办的：", "老年优待证：要等前面的事办好再办", "养老：没到80岁", "地点：窗口；问：12345",
    ]  # fmt: skip


# -- in the service's language --


def english(**changes: object) -> Hand:
    hand = Hand(catalogue=BUILT.speaking("en"), **changes)  # type: ignore[arg-type]
    hand.session.setting = replace(hand.session.setting, say=Saying("en"))
    return hand


def test_a_session_in_english_has_its_paper_in_english() -> None:
    paper = english().submitted().paper
    text = [line.text for line in paper.lines]
    assert text[0] == "Receipt"
    assert "Receipt no.: K0001-000002-F" in text
    assert "Service: Old-age allowance" in text
    assert "办" not in "".join(line for line in text if not line.startswith("Place"))[:200]


def test_a_copy_speaks_the_sessions_language_and_counts() -> None:
    copy = Copy(b"e" * 16, "gaoling-jintie", "高龄津贴", CASE, DELIVERED, 2)
    session = english().session
    text = [line.text for line in copy_of(copy, session.person, session.setting).lines]
    assert {"Receipt", "Copy no. 2", "Service: Old-age allowance"} <= set(text)
    chinese = Hand(catalogue=BUILT).session
    text = [line.text for line in copy_of(copy, chinese.person, chinese.setting).lines]
    assert {"提交回执", "补打第2次", "事项：高龄津贴"} <= set(text)


def test_a_copy_of_a_booking_is_a_slip() -> None:
    copy = Copy(b"e" * 16, "shenfenzheng-huanbu", "身份证换补", CASE, DELIVERED, 1)
    session = Hand(catalogue=BUILT).session
    assert copy_of(copy, session.person, session.setting).lines[0].text == "预约凭条"


# -- what was filled in --


def turned_away() -> Hand:
    """Somebody of 85 from elsewhere, who said so."""
    hand = Hand(person="elsewhere", catalogue=BUILT).open().act(Choose("gaoling-jintie"), Next())
    while isinstance(hand.page, Question):
        hand.act(Answer("no"), Next())
    assert isinstance(hand.page, NotEligible)
    return hand


def printed_sheet(hand: Hand, action: Print) -> str:
    effect = hand.act(action).one(PrintPaper)
    assert isinstance(effect, PrintPaper)
    assert effect.about == b""
    return "\n".join(line.text for line in effect.paper.lines)


def test_what_was_filled_in_is_printed_only_on_demand() -> None:
    hand = turned_away()
    assert isinstance(hand.page, NotEligible)
    assert hand.page.has_answers
    assert "您填过的" not in printed_sheet(hand, Print())
    hand = turned_away()
    assert "户口在本县：不在" in printed_sheet(hand, Print(with_answers=True))


def test_who_filled_in_nothing_is_offered_nothing_more() -> None:
    hand = Hand(person="younger", catalogue=BUILT).open().act(Choose("gaoling-jintie"))
    assert isinstance(hand.page, NotEligible)
    assert not hand.page.has_answers


def test_of_numbers_only_the_end_is_printed_and_of_texts_nothing() -> None:
    hand = Hand(catalogue=BUILT).open().act(Choose("gaoling-jintie")).answer_all()
    application = hand.session.application
    assert application is not None
    shown = dict(answers_for_paper(application, hand.session.setting))
    assert shown["银行卡号"] == f"尾号{ACCOUNT[-4:]}"
    assert shown["联系电话"] == f"尾号{PHONE[-4:]}"


# -- the templates of an office --


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A published set with two services and no papers of its own, as before there were any."""
    for name in ("catalogue", "common", "regions", "translations/en"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("catalogue/gaoling-jintie", "catalogue/huidian", "regions/qinghe"):
        shutil.copy(BUILT_IN / f"{name}.yaml", tmp_path / f"{name}.yaml")
    for path in (BUILT_IN / "common").glob("*.yaml"):
        shutil.copy(path, tmp_path / "common")
    for name in ("gaoling-jintie", "huidian", "common", "region-qinghe"):
        shutil.copy(BUILT_IN / "translations" / "en" / f"{name}.yaml", tmp_path / "translations" / "en")
    shutil.copytree(BUILT_IN / "directories", tmp_path / "directories")
    return tmp_path


def own(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    """A template of the folder's own: the built-in one with changes."""
    text = (BUILT_IN / "papers" / f"{name}.yaml").read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "papers" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_set_without_papers_uses_those_of_the_program_in_every_language(folder: Path) -> None:
    catalogue = load_catalogue(folder, "qinghe")
    assert catalogue.rejected == []
    assert catalogue.papers == CHINESE
    assert catalogue.speaking("en").papers == ENGLISH


def test_an_office_changes_its_paper(folder: Path) -> None:
    own(
        folder,
        "receipt",
        ("text: 提交回执", "text: 材料收条"),
        ("  - {id: card,", "  - {id: hot, text: 有事打12345}\n  - {id: card,"),
    )
    catalogue = load_catalogue(folder, "qinghe")
    assert catalogue.rejected == []
    text = written(receipt_paper(catalogue.papers, TOLD))
    assert text[0] == "2b| 材料收条"
    assert "有事打12345" in text
    assert catalogue.papers["sheet"] == CHINESE["sheet"]


BROKEN = [
    ("{number}", "{nummer}", 9, "there is no name 'nummer'"),
    ("when: copy", "when: kopie", 7, "there is no condition 'kopie'"),
    ("each: steps", "each: stops", 46, "there is no list 'stops'"),
    ("text: 提交回执", "text: 提交办理材料的回执", 5, "is 18 columns wide and has room for 16"),
    ("{id: title, ", "{", 5, "an `id`"),
    ("id: not", "id: title", 6, "used twice"),
    ("text: 手机扫码查进度", 'text: "手机扫码{查进度"', 49, "a brace stands alone"),
    ("size: 2", "size: 3", 5, "3"),
    ("  - {qr: true, align: center, when: alone}\n", "", 2, "does not show the QR code"),
    ("补打第{copy}次", "补打", 2, "a copy must be known from the first"),
    ('"回执号：{number}"', "回执", 2, "the number, by which the case is found again"),
    ('"状态：{part_state}"', "状态", 2, "each part's state"),
    ("paper: receipt", "paper: slip", 3, "the file's name"),
]


@pytest.mark.parametrize(("before", "after", "line", "said"), BROKEN, ids=[one[1][:20] or "no-qr" for one in BROKEN])
def test_a_broken_template_is_refused_with_its_line_and_the_built_in_one_is_used(
    folder: Path, before: str, after: str, line: int, said: str
) -> None:
    path = own(folder, "receipt", (before, after))
    with pytest.raises(DefinitionError) as refused:
        load_paper(path)
    assert any(one.startswith(f"{path}, line {line}: ") and said in one for one in str(refused.value).splitlines()), (
        refused.value
    )
    catalogue = load_catalogue(folder, "qinghe")
    assert len(catalogue.rejected) == 1
    assert catalogue.papers == CHINESE
    assert written(Hand(catalogue=catalogue).submitted().paper)[0] == "2b| 提交回执"


def test_a_set_with_a_broken_template_is_not_taken(folder: Path) -> None:
    own(folder, "receipt", ("{number}", "{nummer}"))
    assert any("nummer" in line for line in troubles_of(folder, "qinghe"))


def test_a_file_that_is_no_paper_is_named(folder: Path) -> None:
    own(folder, "receipt")
    (folder / "papers" / "recipt.yaml").write_text("format: 1", "utf-8")
    (rejected,) = load_catalogue(folder, "qinghe").rejected
    assert "recipt.yaml: there is no such paper; known: receipt, slip, sheet" in rejected


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    main(["services", "check", "--folder", str(folder)])
    return [line for line in capsys.readouterr().err.splitlines() if "paper" in line]


def test_the_check_names_what_is_not_translated_or_wrongly(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own(folder, "sheet")
    path = folder / "translations" / "en" / "papers.yaml"
    lines = read_yaml(BUILT_IN / "translations" / "en" / "papers.yaml", dict[str, dict[str, object]])["sheet"]
    path.write_bytes(msgspec.yaml.encode({"sheet": lines}))
    assert check(folder, capsys) == []
    text = path.read_text("utf-8")
    path.write_text(text.replace("where: Where", "wo: Where"), "utf-8")
    assert check(folder, capsys) == [
        f"{path}: sheet.lines.where.text is not translated",
        f"{path}: sheet.lines.wo (there is no such line) is not translated",
    ]
    path.write_text(text.replace("{printed}", "{gedruckt}"), "utf-8")
    at = next(at for at, line in enumerate(text.splitlines(), start=1) if "{printed}" in line)
    (said,) = check(folder, capsys)
    assert said.startswith(f"{path}, line {at}: there is no name 'gedruckt'")
    assert load_catalogue(folder, "qinghe").speaking("en").papers["sheet"] == CHINESE["sheet"]


# -- whatever is filled in --

TEXTS = st.text(max_size=120)
FLOWS = sorted(BUILT.flows)


@settings(max_examples=150)
@given(
    service=st.sampled_from(FLOWS),
    state=st.sampled_from([QUEUED, DELIVERED, *PLATFORM.values()]),
    name=TEXTS,
    place=TEXTS,
    steps=st.lists(TEXTS, max_size=4),
    copy=st.integers(0, 99),
    parts=st.lists(TEXTS, max_size=3),
    language=st.sampled_from(["zh", "en"]),
)
def test_whatever_is_filled_in_fits_the_paper(
    service: str, state: object, name: str, place: str, steps: list[str], copy: int, parts: list[str], language: str
) -> None:
    catalogue = BUILT.speaking(language)
    found = catalogue.flows[service].service
    told = HandedIn(
        act=found.act, service=found.name, submitted=CASE, state=state, applicant=name, place=place,  # type: ignore[arg-type]
        then=[*found.next_steps, *steps], copy=copy, agent=name,
        parts=[PartCase(part, CASE, QUEUED) for part in parts] if found.act == "apply" else [],
        waiting=parts, refused=[(name, ADVICE)],
    )  # fmt: skip
    for paper in (
        receipt_paper(catalogue.papers, told),
        sheet_paper(catalogue.papers, found.name, ADVICE, place, "2026-11-23 10:00", [(part, name) for part in parts]),
    ):
        for line in paper.lines:
            assert "{" not in line.text or "{" in "".join([name, place, *steps, *parts, *found.next_steps])
            for columns in (32, 48):
                assert all(cells(one) <= columns // line.size for one in wrap(line.text, columns // line.size))
    receipt = receipt_paper(catalogue.papers, told)
    assert CASE.qr in [line.qr for line in receipt.lines]
    assert any(CASE.number in line.text for line in receipt.lines)


@pytest.mark.parametrize("service", FLOWS)
def test_no_sheet_tells_who_it_is(service: str) -> None:
    """Everything that a service asks, answered with what names the person, and printed as far as it may be."""
    hand = Hand(person="elder", catalogue=BUILT)
    hand.open().act(Choose(service))
    if isinstance(hand.session.part, ForCompany):
        hand.act(Choose("company"), Answer(CREDIT_CODE), Next(), Choose("later"))
    person, application = hand.session.person, hand.session.application
    assert application is not None
    private = {person.name, person.id_number, person.address, PHONE, ACCOUNT, "李小花"}
    for question in application.flow.questions:
        typed = {"text": "李小花" + person.name + person.address, "digits": ACCOUNT, "number": "3", "date": "20240503"}
        value = question.options[0].value if question.options else typed[question.kind]
        application.answers[question.id] = value
    answers = answers_for_paper(application, hand.session.setting)
    text = "\n".join(f"{label}{answer}" for label, answer in answers)
    assert not any(one in text for one in private)
    assert masked_name(person.name) not in text


def test_every_act_has_a_paper() -> None:
    assert set(PAPER_OF.values()) < set(PAPERS) == set(CHINESE) == set(ENGLISH)


def test_the_number_on_the_page_is_the_papers() -> None:
    hand = Hand(catalogue=BUILT)
    paper = hand.submitted().paper
    assert isinstance(hand.page, Result)
    assert f"{hand.page.numbered}：{hand.page.number}" in [line.text for line in paper.lines]
