"""The key that signs certificates, and whom it belongs to: a root of the platform's own, or the office's from outside.

In `<data>/issuing`: signer.pem is the private key, its certificate and what stands above it in one file: a power
cut leaves the old ones or the new. root.pem is for handing out: whoever verifies files has to trust it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from offline_cache.durable import make_folder, write_durably

FOLDER: Final = "issuing"
FILE: Final = "signer.pem"
ROOT_FILE: Final = "root.pem"
ROOT_DAYS: Final = 3653
SIGNER_DAYS: Final = 1096
_SLACK: Final = timedelta(hours=1)
"""The verifier's clock may be behind."""
_KINDS: Final = (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)


class IssuingKeyError(Exception):
    """code: certificate.key (there is none, it is not usable, or no longer)."""

    code = "certificate.key"


@dataclass(frozen=True)
class IssuingKey:
    """chain: from just above the signer's certificate to the root."""

    private_key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def __repr__(self) -> str:
        return f"IssuingKey({self.office})"

    @property
    def office(self) -> str:
        """In whose name it signs."""
        return _office(self.certificate)

    def as_pkcs12(self) -> bytes:
        """All of it, without a password: for a library in this process."""
        return pkcs12.serialize_key_and_certificates(
            None, self.private_key, self.certificate, self.chain, NoEncryption()
        )

    @property
    def until(self) -> datetime:
        return self.certificate.not_valid_after_utc


def make(data: Path, office: str, now: datetime) -> IssuingKey:
    """A root and a signing certificate of the platform's own. What was signed before stays verifiable by its own root,
    which is inside each file. Raises IssuingKeyError."""
    if not 1 <= len(office.encode()) <= 64:
        raise IssuingKeyError("an office's name has 1 to 21 characters (64 bytes)")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(office, f"{office} {now:%Y}")
    root = _builder(root_name, root_name, root_key, now, ROOT_DAYS, authority=True).sign(root_key, hashes.SHA256())
    signer = _builder(_name(office, office), root_name, key, now, SIGNER_DAYS, authority=False)
    made = IssuingKey(key, signer.sign(root_key, hashes.SHA256()), (root,))
    _save(data, made)
    return made


def take(data: Path, file: Path, password: str, now: datetime) -> IssuingKey:
    """The office's key, as its certification authority handed it out (PKCS #12). Raises IssuingKeyError."""
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(file.read_bytes(), password.encode() or None)
    except UnsupportedAlgorithm as error:
        raise IssuingKeyError(f"{file} holds a key of a kind that PAdES has no place for, such as SM2") from error
    except (OSError, ValueError) as error:
        raise IssuingKeyError(f"{file} is not a PKCS #12 file that this password opens") from error
    if key is None or certificate is None or key.public_key() != certificate.public_key():
        raise IssuingKeyError(f"{file} holds no key with its certificate")
    if not isinstance(key, _KINDS):
        raise IssuingKeyError(f"{file} holds a key of a kind that PAdES has no place for")
    taken = IssuingKey(key, certificate, tuple(above))
    _check(taken, now)
    _save(data, taken)
    return taken


def load(data: Path, now: datetime) -> IssuingKey:
    """Raises IssuingKeyError."""
    path = data / FOLDER / FILE
    if not path.exists():
        raise IssuingKeyError("there is no key to sign with: make one with `central issuing-key --office NAME`")
    certificate, *above = x509.load_pem_x509_certificates(path.read_bytes())
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, _KINDS)
    found = IssuingKey(key, certificate, tuple(above))
    _check(found, now)
    return found


def _check(key: IssuingKey, now: datetime) -> None:
    office = key.office
    if not key.certificate.not_valid_before_utc <= now <= key.until:
        raise IssuingKeyError(
            f"the certificate of {office} holds from {key.certificate.not_valid_before_utc:%Y-%m-%d} until"
            f" {key.until:%Y-%m-%d}: make or bring another with `central issuing-key`"
        )


def _save(data: Path, key: IssuingKey) -> None:
    folder = data / FOLDER
    make_folder(folder, 0o700)
    private = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificates = [one.public_bytes(Encoding.PEM) for one in (key.certificate, *key.chain)]
    write_durably(folder / FILE, b"".join([private, *certificates]), 0o600)
    write_durably(folder / ROOT_FILE, certificates[-1], 0o644)


def _office(certificate: x509.Certificate) -> str:
    for attribute in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for found in certificate.subject.get_attributes_for_oid(attribute):
            return str(found.value)
    raise IssuingKeyError("the certificate names neither an organisation nor a common name")


def _name(office: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, office),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int, *, authority: bool
) -> x509.CertificateBuilder:
    now = now.astimezone(UTC)
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
