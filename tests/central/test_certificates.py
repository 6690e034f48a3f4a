"""A certificate from the completed case to the paper, the phone and the kiosk; on both databases."""

import io
import subprocess
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from central import issuing_key
from offline_cache.bodies import Case
from sync.question import Cases, MyCases, new_question
from tests.central.conftest import APPLICANT, CENTRAL, EITHER_DATABASE, Kiosk, Server
from tests.central.test_platform import cases_arrived, central, entries_of, put
from tests.central.test_refusals import ask, now_ms

OFFICE = "青禾县政务服务中心"
TEXT = f"兹证明{APPLICANT.name}（{APPLICANT.id_number}）在柳溪镇居住。\n特此证明。"
PUBLIC = ("--public-address", "https://qinghe.example")


class Counter:
    """One case, and the office's people at their counter."""

    def __init__(self, server: Server, kiosk: Kiosk) -> None:
        self.server, self.kiosk = server, kiosk
        self.case: Case = kiosk.submit()[0]
        put(kiosk, server, 1, entries_of(kiosk))
        cases_arrived(server, 1)

    def complete(self) -> None:
        for state in ("accepted", "completed"):
            assert central(self.server, "move", self.case.number, state)[0] == 0

    def make_key(self) -> None:
        assert central(self.server, "issuing-key", "--office", OFFICE)[0] == 0

    def issue(self, *more: str, title: str = "居住证明", text: str = TEXT) -> dict[str, object]:
        options = ("--title", title, "--text", text, *PUBLIC, *more)
        status, said = central(self.server, "issue", self.case.number, *options)
        assert (status == 0) == ("error" not in said)
        return said

    def refused(self, *more: str, title: str = "居住证明", text: str = TEXT) -> str:
        return str(self.issue(*more, title=title, text=text)["error"]["code"])  # type: ignore[index]

    def page(self, code: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"{self.server.url}/v/{code}") as answer:
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def counter(server: Server, kiosk: Kiosk) -> Counter:
    return Counter(server, kiosk)


@pytest.fixture
def ready(counter: Counter) -> Counter:
    counter.complete()
    counter.make_key()
    return counter


def signature(pdf: bytes, data: Path) -> PdfSignatureStatus:
    root = load_cert_from_pemder(data / "issuing" / "root.pem")
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(found, ValidationContext(trust_roots=[root]))


@EITHER_DATABASE
def test_from_the_completed_case_to_the_kiosk(ready: Counter, tmp_path: Path) -> None:
    made = ready.issue("--out", str(tmp_path / "residence.pdf"))
    assert (tmp_path / "residence.pdf").read_bytes().startswith(b"%PDF-")
    listed = ask(ready.server, ready.kiosk, new_question(APPLICANT.id_number, MyCases(), now_ms()))
    assert isinstance(listed, Cases)
    assert [(one.number, one.certificate) for one in listed.cases] == [(made["case_number"], True)]


@EITHER_DATABASE
def test_whoever_holds_the_code_can_compare_and_learns_no_name(ready: Counter) -> None:
    made = ready.issue()
    code = str(made["code"])
    status, page = ready.page(code)
    assert status == 200
    for shown in ("有效", "居住证明", "王**", "024X", OFFICE, str(made["case_number"]), "在柳溪镇居住"):
        assert shown in page
    assert APPLICANT.name not in page
    assert APPLICANT.id_number not in page
    assert ready.page(f"{code[:4]}-{code[4:8]}-{code[8:].lower()}") == (status, page)
    assert ready.page("2222-2222-2222")[0] == 404


@EITHER_DATABASE
def test_a_revoked_one_does_not_hold_and_is_not_given_out(ready: Counter) -> None:
    made = ready.issue()
    code = str(made["code"])
    assert ready.refused() == "certificate.exists"
    first = central(ready.server, "revoke-certificate", code)
    assert central(ready.server, "revoke-certificate", code) == first
    assert "已作废" in ready.page(code)[1]
    assert ready.issue()["code"] != code


def test_only_for_a_completed_case_with_a_key_and_an_address(counter: Counter) -> None:
    assert counter.refused() == "certificate.key"
    counter.make_key()
    assert counter.refused() == "certificate.state"
    counter.complete()
    said = central(counter.server, "issue", counter.case.number, "--title", "证明", "--text", "内容")[1]
    assert said["error"]["code"] == "certificate.address"  # type: ignore[index]
    assert counter.refused(text="  ") == "certificate.text"
    assert counter.refused(text="长" * 5000) == "certificate.text"
    assert central(counter.server, "revoke-certificate", "2222-2222-2222")[0] == 1


def test_what_cannot_be_set_is_refused_and_nothing_is_kept(ready: Counter, tmp_path: Path) -> None:
    assert ready.refused("--fonts", str(tmp_path)) == "certificate.failed"
    assert ready.refused(text="没有这个字：\U0003fffd") == "certificate.failed"
    assert ready.refused(text="造字：\ue000") == "certificate.failed"
    assert ready.server.rows("SELECT count(*) FROM certificates") == [(0,)]


def test_the_paper_reads_as_it_should(ready: Counter, tmp_path: Path) -> None:
    out = tmp_path / "residence.pdf"
    made = ready.issue("--out", str(out), text="\n".join([TEXT] * 40))
    document = pypdfium2.PdfDocument(out)
    assert len(document) > 1
    code = str(made["code"])
    last = document[len(document) - 1]
    words = "".join(last.get_textpage().get_text_range().split())
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in words
    assert OFFICE in words
    first = "".join(document[0].get_textpage().get_text_range().split())
    assert f"姓名{APPLICANT.name}身份证号{APPLICANT.id_number}" in first
    (scanned,) = zxingcpp.read_barcodes(last.render(scale=3).to_pil())
    assert scanned.text == f"https://qinghe.example/v/{code}"
    document.close()


def test_the_file_is_archival_and_signed_and_any_change_shows(ready: Counter, tmp_path: Path) -> None:
    out = tmp_path / "residence.pdf"
    ready.issue("--out", str(out))
    pdf = out.read_bytes()
    described = PdfFileReader(io.BytesIO(pdf)).root["/Metadata"].data.decode()
    assert "<pdfaid:part>2</pdfaid:part>" in described
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in described
    assert "pyHanko" not in described, "the metadata are as typst wrote and checked them"
    assert APPLICANT.name not in described
    good = signature(pdf, ready.server.data)
    assert good.bottom_line
    assert good.signing_cert.subject.native["organization_name"] == OFFICE
    changed = bytearray(pdf)
    changed[pdf.index("居住证明".encode()) + 2] ^= 1
    assert not signature(bytes(changed), ready.server.data).intact


def test_the_offices_own_key_signs(ready: Counter, tmp_path: Path) -> None:
    office = issuing_key.make(tmp_path / "authority", "柳溪镇便民服务中心", datetime.now(UTC))
    bundle = pkcs12.serialize_key_and_certificates(
        b"office",
        office.private_key,
        office.certificate,
        office.chain,
        BestAvailableEncryption(b"secret"),
    )
    file = tmp_path / "office.p12"
    file.write_bytes(bundle)
    wrong = central(ready.server, "issuing-key", "--pkcs12", str(file))
    assert wrong[1]["error"]["code"] == "certificate.key"  # type: ignore[index]
    command = [*CENTRAL, "issuing-key", "--pkcs12", str(file), "--data", str(ready.server.data)]
    environment = {**ready.server.environment, "TONGBAN_PKCS12_PASSWORD": "secret"}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    assert ready.issue("--out", str(tmp_path / "out.pdf"))["office"] == "柳溪镇便民服务中心"
    assert signature((tmp_path / "out.pdf").read_bytes(), tmp_path / "authority").bottom_line


def test_a_key_that_has_run_out_says_so(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    made = issuing_key.make(tmp_path, OFFICE, now)
    assert issuing_key.load(tmp_path, now).office == OFFICE
    with pytest.raises(issuing_key.IssuingKeyError, match="make or bring another"):
        issuing_key.load(tmp_path, made.until + timedelta(days=1))
    with pytest.raises(issuing_key.IssuingKeyError, match="1 to 21"):
        issuing_key.make(tmp_path, "长" * 22, now)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    office = issuing_key.make(tmp_path, OFFICE, datetime.now(UTC))
    file = tmp_path / "keyless.p12"
    protected = BestAvailableEncryption(b"a")
    file.write_bytes(pkcs12.serialize_key_and_certificates(None, None, office.certificate, None, protected))
    with pytest.raises(issuing_key.IssuingKeyError, match="no key with its certificate"):
        issuing_key.take(tmp_path / "other", file, "a", datetime.now(UTC))
    assert not (tmp_path / "other").exists()


def test_its_secrets_are_the_platforms_alone(tmp_path: Path) -> None:
    issuing_key.make(tmp_path, OFFICE, datetime.now(UTC))
    assert (tmp_path / "issuing" / "signer.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "issuing").stat().st_mode & 0o777 == 0o700
    assert b"PRIVATE" not in (tmp_path / "issuing" / "root.pem").read_bytes()
