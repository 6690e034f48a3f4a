"""The certificates that were issued: verified by their code, revoked by people. Making them: central/issuing.py."""

from dataclasses import dataclass, replace

from central.spoken_code import as_typed
from central.store import Transaction


class CertificateError(Exception):
    """code: certificate.state (the case is not completed), certificate.exists, certificate.unknown, certificate.text or
    certificate.address."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CertificateRecord:
    """What may be told to whoever holds the code. holder, text: masked. *_ms: Unix milliseconds."""

    code: str
    case_number: str
    title: str
    holder: str
    text: str
    office: str
    issued_ms: int
    revoked_ms: int | None = None


async def by_code(work: Transaction, code: str) -> CertificateRecord | None:
    """code: as people type it, with dashes, blanks and small letters."""
    row = await work.row(
        "SELECT code, cases.number, title, holder, text, office, issued_ms, revoked_ms FROM certificates"
        " JOIN cases ON cases.row = certificates.case_row WHERE code = $1",
        as_typed(code),
    )
    return CertificateRecord(*row) if row else None


async def revoke(work: Transaction, code: str, now_ms: int) -> CertificateRecord:
    """From now on `/v/{code}` says so, and no kiosk prints it. Raises CertificateError."""
    found = await by_code(work, code)
    if found is None:
        raise CertificateError("certificate.unknown", "there is no certificate with that code")
    if found.revoked_ms is not None:
        return found
    await work.run("UPDATE certificates SET revoked_ms = $1 WHERE code = $2", now_ms, found.code)
    return replace(found, revoked_ms=now_ms)
