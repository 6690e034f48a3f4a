"""What was handed in together (一件事). The platform keeps cases; that they belong together, and what the citizen calls
them, stands in their bodies only."""

from dataclasses import dataclass

import msgspec

from central.cases import CaseRecord
from central.saying import CHINESE
from central.store import Transaction


class _Body(msgspec.Struct, frozen=True):
    """The part of offline_cache.bodies.Case that is wanted here."""

    bundle: bytes = b""
    service_name: str = ""
    language: str = CHINESE


@dataclass(frozen=True)
class Bundled:
    """One case of a bundle. name: of its service, as the citizen read it, in this language. state: on the wire."""

    name: str
    language: str
    state: str
    is_this: bool


async def bundle_of(work: Transaction, case: CaseRecord) -> bytes:
    """The same in all cases of a bundle; empty for a case that was handed in alone."""
    row = await work.row("SELECT body FROM cases WHERE row = $1", case.row)
    assert row is not None
    return _body(row[0]).bundle


async def language_of(work: Transaction, case: CaseRecord) -> str:
    """In which the citizen handed it in."""
    row = await work.row("SELECT body FROM cases WHERE row = $1", case.row)
    assert row is not None
    return _body(row[0]).language


async def together(work: Transaction, case: CaseRecord) -> list[Bundled]:
    """The cases of this case's bundle, in the order in which they were handed in; none when it was handed in alone."""
    bundle = await bundle_of(work, case)
    if not bundle:
        return []
    rows = await work.rows(
        "SELECT row, service, state, body FROM cases WHERE person = (SELECT person FROM cases WHERE row = $1)"
        " ORDER BY sequence, row",
        case.row,
    )
    bodies = [(row, service, state, _body(body)) for row, service, state, body in rows]
    return [
        Bundled(body.service_name or service, body.language, state, row == case.row)
        for row, service, state, body in bodies
        if body.bundle == bundle
    ]


def _body(plain: bytes) -> _Body:
    return msgspec.msgpack.decode(plain, type=_Body)
