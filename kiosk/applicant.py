"""The person on the card: what the session may use of it, and how it is shown. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from devices.contract import Card
from kiosk.services.answers import is_id_number
from kiosk.services.expression import Value
from kiosk.services.region import Region
from kiosk.services.texts import birthday
from offline_cache.bodies import Applicant

LONG_TERM = "长期"
ADULT: Final = 18
TYPED = "typed"
"""Kind of a card that is none: only its number was typed."""


def applicant(card: Card) -> Applicant:
    """Of the addresses, the one that was registered last."""
    return Applicant(
        kind=card.kind,
        name=card.name or card.name_en,
        sex=card.sex,
        birth=card.birth,
        address=card.newest_address or card.address,
        id_number=card.id_number or card.permit_number,
        valid_to=card.valid_to,
        name_cut=card.name_full,
    )


def card_problem(card: Card, today: date) -> str:
    """The code of what keeps this card from identifying anyone, or the empty text."""
    try:
        birth = date.fromisoformat(card.birth)
        expired = card.valid_to != LONG_TERM and date.fromisoformat(card.valid_to) < today
    except ValueError:
        return "card.unreadable"
    nameless = not (card.name or card.name_en) and card.kind != TYPED
    if birth > today or nameless:
        return "card.unreadable"
    return "card.expired" if expired else ""


def number_instead(code: str, person: Applicant) -> str:
    """With what somebody goes on whose card identifies nobody any more; empty: with nothing."""
    return person.id_number if code == "card.expired" and is_id_number(person.id_number) else ""


def birth_of(number: str) -> str:
    """YYYY-MM-DD, of a sound id number. Source: GB 11643."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def age(birth: date, today: date) -> int:
    """Whole years."""
    return today.year - birth.year - (today < birthday(birth, today.year - birth.year))


def guardian_problem(child: Applicant, number: str, birth: date, today: date) -> str:
    """The code of what keeps whoever has this number from being the child's guardian, or the empty text."""
    if number.upper() == child.id_number.upper():
        return "card.childs"
    return "card.minor" if age(birth, today) < ADULT else ""


def identity_values(person: Applicant, region: Region, today: date) -> Mapping[str, Value]:
    """What expressions may read of the person on the card (part of kiosk.services.flow.IDENTITY)."""
    address = "".join(person.address.split())
    local = any(address.startswith(prefix) for prefix in region.addresses)
    return {
        "age": age(date.fromisoformat(person.birth), today),
        "sex": person.sex,
        "residence": "local" if local else "unknown",
        "identified": "typed" if person.kind == TYPED else "card",
    }


def masked_name(name: str) -> str:
    """张** : the first character tells the person whose session it is, and a bystander nothing."""
    return name[:1] + "*" * max(1, min(2, len(name) - 1)) if name else ""


def masked_number(number: str) -> str:
    return f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}" if len(number) > 8 else "*" * len(number)
