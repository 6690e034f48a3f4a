"""The list of an export's files, signed by the kiosk. Pure: shared with the platform.

An export is a folder `tongban-KIOSK`: `JOURNAL-HEX/FIRST-LAST.batch` (offline_cache.batch), `attachments/DIGEST-HEX`
(locked files), and `manifest.json`, written last, with its signature in `manifest.sig`.
"""

from typing import Final

import msgspec

from offline_cache.sealing import SigningKey, VerifyingKey

FILE: Final = "manifest.json"
SIGNATURE_FILE: Final = "manifest.sig"
ATTACHMENTS: Final = "attachments"
_DOMAIN: Final = b"tongban export v1\0"


class ManifestError(Exception):
    """The folder is not a whole export of an enrolled kiosk. code: export.incomplete or export.unsigned."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ExportedFile(msgspec.Struct, frozen=True):
    """name: relative to the folder. digest: of the suite."""

    name: str
    size: int
    digest: bytes


class Manifest(msgspec.Struct, frozen=True):
    kiosk: str
    suite: str
    files: list[ExportedFile]


def encode(manifest: Manifest, key: SigningKey) -> tuple[bytes, bytes]:
    """The manifest and its signature."""
    raw = msgspec.json.encode(manifest)
    return raw, key.sign(_DOMAIN + raw)


def decode(raw: bytes) -> Manifest:
    """Not yet proved. Raises ManifestError."""
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except ValueError as error:
        raise ManifestError("export.incomplete", f"{FILE} is not a manifest: export again to this folder") from error


def prove(raw: bytes, signature: bytes, key: VerifyingKey) -> None:
    """Raises ManifestError."""
    if not key.verify(signature, _DOMAIN + raw):
        raise ManifestError("export.unsigned", f"{FILE} was not signed by this kiosk's key")
