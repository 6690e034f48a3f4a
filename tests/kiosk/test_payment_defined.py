"""A payment in a definition: what is wrong with it is named before it is published."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.cli.main import main
from kiosk.services.catalogue import BUILT_IN, load_region
from kiosk.services.check import check
from kiosk.services.common_parts import CommonParts
from kiosk.services.definition import Alternative, Payment, Service
from kiosk.services.exploring import paths
from kiosk.services.flow import Flow, Ready
from kiosk.services.languages import Language
from tests.kiosk.world import built_in

REGION = load_region(BUILT_IN, "qinghe")
FLOWS = built_in().flows
PLAIN = FLOWS["gaoling-jintie"].service
OTHERWISE = Alternative(reason="以后缴", counter="civil", bring="身份证")


def paying(service: Service = PLAIN, **changes: Any) -> Service:
    payment = Payment(**{"what": "工本费", "alternative": OTHERWISE, **changes})
    return msgspec.structs.replace(service, payment=payment)


def said(service: Service) -> list[tuple[object, ...]]:
    return [(*one.where, one.message) for one in check(service, REGION)]


def test_a_payment_that_can_be_due_is_sound() -> None:
    assert said(paying()) == []
    assert said(paying(when='account_kind == "bank"')) == []


@pytest.mark.parametrize(
    ("changes", "place", "message"),
    [
        ({"when": "false"}, ("payment",), "is never to be paid"),
        ({"when": 'account_kind == "gold"'}, ("payment",), "is never to be paid"),
        ({"when": "age < 80"}, ("payment",), "is never to be paid"),
        ({"when": "money > 5"}, ("payment", "when"), "unknown name 'money'"),
        ({"by": "gold"}, ("payment", "by"), "'gold' is no question: a price depends on one of"),
        ({"by": "phone"}, ("payment", "by"), "'phone' is no choice but a digits: a price depends on one of"),
        ({"by": "household"}, ("payment", "by"), "is not asked, and so there is no price, where age = "),
        ({"what": " "}, ("payment", "what"), "is empty"),
        ({"what": "{region.nothing}"}, ("payment", "what"), "names nothing"),
        (
            {"alternative": Alternative(reason="以后缴", bring="身份证")},
            ("payment", "alternative", "where"),
            "nobody may be sent away",
        ),
        (
            {"alternative": Alternative(reason="以后缴", bring="身份证", counter="nobody")},
            ("payment", "alternative"),
            "no counter 'nobody'",
        ),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], place: tuple[str, ...], message: str) -> None:
    findings = said(paying(**changes))
    assert any(found[:-1] == place and message in str(found[-1]) for found in findings), findings


def test_a_price_depends_on_what_is_always_answered_where_it_is_to_be_paid() -> None:
    assert said(paying(by="account_kind")) == []
    assert said(paying(by="household", when='household == "yes"')) == []


def test_the_check_of_a_file_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (BUILT_IN / "catalogue" / "jubao-canbao.yaml").read_text("utf-8")
    path = tmp_path / "jubao-canbao.yaml"
    path.write_text(text.replace("  by: level\n", "  by: account\n"), "utf-8")
    line = text[: text.index("  by: level\n")].count("\n") + 1
    assert main(["services", "check", str(path)]) == 1
    assert f"jubao-canbao.yaml, line {line}: 'account' is no choice but a digits" in capsys.readouterr().err


def test_whoever_pays_has_laid_a_card_down() -> None:
    typed = msgspec.structs.replace(PLAIN, assurance={"submit": "typed"})
    assert any("card" in str(found[-1]) for found in said(paying(typed)))


def test_it_is_due_exactly_where_its_condition_holds() -> None:
    flow = Flow(paying(when='account_kind == "bank"'), REGION.numbers)
    due = {(given.get("account_kind"), walk.payment is not None) for _, given, walk in paths(flow)
           if isinstance(walk.then, Ready)}  # fmt: skip
    assert ("bank", True) in due
    assert ("bank", False) not in due
    assert {pays for kind, pays in due if kind != "bank"} == {False}


def test_what_is_not_translated_is_named() -> None:
    english = Language(BUILT_IN, "en", CommonParts(BUILT_IN))
    missing = english.missing(paying())
    assert any("payment.what" in line for line in missing), missing
    for name in ("jumin-yibao-canbao", "xinshenger-yibao", "jubao-canbao"):
        assert english.missing(FLOWS[name].service) == []
