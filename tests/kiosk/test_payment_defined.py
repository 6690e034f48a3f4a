"""A payment in a definition: what is wrong with it is named before it is published."""

from typing import Any

import msgspec
import pytest

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
    for name in ("jumin-yibao-canbao", "xinshenger-yibao"):
        assert english.missing(FLOWS[name].service) == []
