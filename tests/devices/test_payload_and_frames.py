"""Large things between driver and kiosk: whole, or not believed."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.frames import JPEG, RGB, Frame, FrameError, FrameReader, FrameWriter
from devices.payload import PayloadError, put, take


def test_a_payload_is_taken_once_and_leaves_nothing(tmp_path: Path) -> None:
    name = put(tmp_path, b"a scan" * 10000)
    assert take(tmp_path, name) == b"a scan" * 10000
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(PayloadError):
        take(tmp_path, name)


def test_a_payload_that_was_changed_is_not_believed_and_goes(tmp_path: Path) -> None:
    name = put(tmp_path, b"a scan")
    (tmp_path / name).write_bytes(b"a scam")
    with pytest.raises(PayloadError, match="not what its name says"):
        take(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../identity.json", "", "A" * 64, "0" * 63, "/etc/passwd"])
def test_a_payloads_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(PayloadError, match="SHA-256"):
        take(tmp_path, name)


def test_the_newest_frame_is_seen(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path / "ring", slots=3, slot_bytes=100)
    reader = FrameReader(tmp_path / "ring")
    assert reader.newest() is None
    for number in range(1, 9):
        writer.write(2, number, RGB, bytes([number]) * 12)
        assert reader.newest() == Frame(number, 2, number, RGB, bytes([number]) * 12)
    writer.write(640, 480, JPEG, b"short")
    assert reader.newest() == Frame(9, 640, 480, JPEG, b"short")
    with pytest.raises(FrameError, match="does not fit"):
        writer.write(1, 1, JPEG, b"x" * 101)
    reader.close()
    writer.close()


def test_a_frame_that_is_being_written_is_not_shown(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path / "ring", slots=2, slot_bytes=8)
    writer.write(1, 1, RGB, b"abc")
    ring = bytearray((tmp_path / "ring").read_bytes())
    at = 64 + 1 % 2 * 32
    assert ring[at] == 2
    ring[at] = 1
    (tmp_path / "torn").write_bytes(ring)
    reader = FrameReader(tmp_path / "torn")
    assert reader.newest() is None
    reader.close()
    writer.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ring"
    for head in (b"", b"TBFRAME1\x02\x00\x00\x00\x08\x00\x00\x00"):
        path.write_bytes(head + content)
        try:
            reader = FrameReader(path)
        except FrameError:
            continue
        reader.newest()
        reader.close()
