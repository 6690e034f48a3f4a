"""The card's text in its four layouts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.drivers.sam_v.card import CardTextError, has_valid_check_digit, parse_text
from devices.virtual.people import card_text, people


@pytest.mark.parametrize("key", sorted(people()))
def test_every_person_reads_as_written(key: str) -> None:
    person = people()[key]
    card = parse_text(card_text(person))
    assert card.kind == person["kind"]
    assert card.name == person.get("name", "")[:15]
    assert card.name_full == (len(person.get("name", "")) > 15 or len(person.get("name_en", "")) > 45)
    assert card.id_number == person["number"]
    assert card.permit_number == person.get("permit_number", "")
    assert card.birth == f"{person['birth'][:4]}-{person['birth'][4:6]}-{person['birth'][6:]}"
    assert card.sex in ("男", "女")
    assert person.get("name_en", "").startswith(card.name_en)
    assert has_valid_check_digit(card)


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),
        ("13032319860911446X", True),
        ("932682198501010017", True),
        ("110105194912310020", False),
        ("11010519491231002x", False),
        ("1101051949123100", False),
        ("1101051949123100２X", False),
        ("", False),
    ],
)
def test_check_digits(number: str, valid: bool) -> None:
    card = parse_text(card_text({**people()["elder"], "number": number}))
    assert has_valid_check_digit(card) is valid


def test_a_rare_character_that_was_cut_in_two_is_left_out() -> None:
    card = parse_text(card_text({**people()["elder"], "name": "一二三四五六七八九十一二三四𬱖"}))
    assert (card.name, card.name_full) == ("一二三四五六七八九十一二三四", True)


def test_codes_that_no_table_has_are_shown_raw() -> None:
    card = parse_text(card_text({**people()["elder"], "sex": "7", "ethnicity": "77", "birth": "1938"}))
    assert (card.sex, card.ethnicity, card.birth) == ("7", "77", "1938")


@given(st.binary(max_size=300) | st.binary(min_size=256, max_size=256))
def test_any_bytes_are_a_card_or_a_clear_error(text: bytes) -> None:
    try:
        card = parse_text(text)
    except CardTextError:
        return
    assert card.kind in ("ID", "I", "J", "Y")
