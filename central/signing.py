"""Signs a PDF by PAdES, level B-B (ETSI EN 319 142-1), by pyHanko: nothing may be changed in it afterwards.

The platform's chain is inside the file. There is no time-stamp: no authority for that can be counted on in a county's
network, so the time is the platform's word.
"""

import io
from typing import Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from central.issuing_key import IssuingKey

_FIELD: Final = "office"


class _Writer(IncrementalPdfFileWriter):
    """Leaves the metadata as they are: pyHanko would write them anew, with other prefixes than PDF/A prefers."""

    def _update_meta(self) -> None:
        pass


async def sign(pdf: bytes, key: IssuingKey, reason: str) -> bytes:
    """reason: shown beside the signature by programs that read PDF."""
    signer = signers.SimpleSigner.load_pkcs12_data(key.as_pkcs12(), other_certs=[])
    meta = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        name=key.office,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signed = io.BytesIO()
    await signers.PdfSigner(meta, signer).async_sign_pdf(_Writer(io.BytesIO(pdf)), output=signed)
    return signed.getvalue()
