"""The published catalogue over TUF, from a real static server: a new set counts when it is whole, signed, newer and
usable; whatever else happens, the set before goes on being served."""

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, TargetFile, Targets

import sync.repository
from central import publishing
from central.publishing import KEYS, PublishError, newest_root, publish, renew
from devices.loop import SelectorLoop
from kiosk import terminal
from kiosk.cli.doctor import of_platform
from kiosk.cli.run import make_terminal, published_catalogue
from kiosk.config import Config
from kiosk.pages import Welcome
from kiosk.published import PublishedCatalogue, troubles_of
from kiosk.services.catalogue import BUILT_IN
from offline_cache.clock import SystemClock
from sync.agent import Agent, Uplink
from sync.repository import CatalogueError, Repository, trust
from sync.served import served
from sync.state import SyncStateReader
from tests.central.conftest import CENTRAL, Kiosk, Server, database, kiosk, server
from tests.sync.static_server import StaticServer, serving

__all__ = ["database", "kiosk", "server"]

LONG_AGO = datetime(2020, 3, 1, 8, 0, tzinfo=UTC)
"""Years before the machine's clock: what the kiosk believes of time is the platform's."""


@dataclass
class World:
    """A platform's folder, a static server over what it published, and a kiosk's folder."""

    platform: Path
    source: Path
    site: Path
    kiosk: Path
    server: StaticServer
    now: datetime = LONG_AGO
    troubles: list[str] = field(default_factory=list)

    def publish(self, **files: str) -> int:
        """files: name -> content, below catalogue/; the others stay as they are."""
        for name, content in files.items():
            (self.source / "catalogue" / f"{name}.yaml").write_text(content)
        return publish(self.platform, self.source, self.site, self.now).version

    def refresh(self) -> int:
        with requests.Session() as session:
            return Repository(self.kiosk, self.server.url, session, lambda: self.now, lambda _: self.troubles).refresh()

    def refusal(self) -> str:
        """The code with which nothing new is taken."""
        before = self.content()
        with pytest.raises(CatalogueError) as error:
            self.refresh()
        assert self.content() == before
        return error.value.code

    def content(self) -> dict[str, bytes]:
        folder = served(self.kiosk)
        return _content(folder) if folder else {}


def _content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    source, site = tmp_path / "source", tmp_path / "site"
    for folder in (source / "catalogue", source / "voice", site):
        folder.mkdir(parents=True)
    (source / "voice" / "hello.opus").write_bytes(random.Random(1).randbytes(50_000))
    with serving(site) as server:
        made = World(tmp_path / "platform", source, site, tmp_path / "kiosk", server)
        made.publish(first="one", second="two")
        trust(made.kiosk, newest_root(site))
        yield made


def test_what_was_published_is_served_whole(world: World) -> None:
    assert served(world.kiosk) is None
    assert world.refresh() == 202003010800
    assert world.content() == _content(world.source)


def test_nothing_new_asks_for_the_timestamp_and_no_file(world: World) -> None:
    world.refresh()
    world.server.asked.clear()
    world.refresh()
    assert world.server.asked == ["/2.root.json", "/timestamp.json"]


def test_only_what_changed_is_fetched(world: World) -> None:
    world.refresh()
    world.server.asked.clear()
    world.publish(second="changed", third="new")
    world.refresh()
    assert world.content() == _content(world.source)
    fetched = [path.rpartition("/")[2].split(".", 1)[1] for path in world.server.asked if "/targets/" in path]
    assert sorted(fetched) == ["second.yaml", "third.yaml"]


def test_an_unchanged_folder_is_no_new_version(world: World) -> None:
    first = world.refresh()
    world.now += timedelta(days=3)
    again = publish(world.platform, world.source, world.site, world.now)
    assert (again.version, again.changed) == (first, False)
    assert world.refresh() == first


def test_a_file_that_was_taken_out_is_gone(world: World) -> None:
    world.refresh()
    (world.source / "catalogue" / "second.yaml").unlink()
    world.publish()
    world.refresh()
    assert world.content() == _content(world.source)


def test_expired_is_refused_by_the_platforms_time_and_taken_after_renewal(world: World) -> None:
    world.refresh()
    world.now += timedelta(days=15)
    assert world.refusal() == "catalogue.expired"
    assert publishing.renewal_is_due(world.site, world.now)
    renew(world.platform, world.site, world.now)
    assert not publishing.renewal_is_due(world.site, world.now)
    world.refresh()


def test_an_older_set_is_refused(world: World, tmp_path: Path) -> None:
    world.refresh()
    old = tmp_path / "old"
    shutil.copytree(world.site, old)
    world.publish(second="newer")
    world.refresh()
    shutil.rmtree(world.site)
    shutil.copytree(old, world.site)
    assert world.refusal() == "catalogue.rolled-back"


def test_a_platform_restored_from_a_back_up_is_followed(world: World, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(world.site, backup)
    world.now += timedelta(days=1)
    world.publish(second="after the back-up")
    world.refresh()
    shutil.rmtree(world.site)
    shutil.copytree(backup, world.site)
    world.now += timedelta(hours=1)
    publishing.reissue(world.platform, world.site, world.now)
    world.refresh()
    assert world.content()["catalogue/second.yaml"] == b"two"


def test_a_log_in_page_is_no_catalogue(world: World) -> None:
    world.refresh()
    world.server.portal = True
    assert world.refusal() == "catalogue.unreachable"


def test_another_platforms_catalogue_is_refused(world: World, tmp_path: Path) -> None:
    world.refresh()
    shutil.rmtree(world.site)
    world.site.mkdir()
    publish(tmp_path / "another", world.source, world.site, world.now + timedelta(days=1))
    assert world.refusal() == "catalogue.tampered"


def test_a_new_root_is_followed(world: World) -> None:
    world.refresh()
    world.now += timedelta(days=600)
    world.publish(second="two years on")
    world.refresh()
    assert "/2.root.json" in world.server.asked
    assert world.content() == _content(world.source)


def test_a_set_that_cannot_be_used_is_not_served(world: World) -> None:
    world.refresh()
    world.publish(second="mistaken")
    world.troubles.append("second.yaml, line 1: not a service")
    assert world.refusal() == "catalogue.unusable"
    world.troubles.clear()
    world.refresh()
    assert world.content()["catalogue/second.yaml"] == b"mistaken"


@pytest.mark.parametrize("path", ["../outside.yaml", "/outside.yaml", "catalogue/../../outside.yaml"])
def test_nothing_is_written_outside_the_set_whoever_signed_it(world: World, path: str) -> None:
    world.refresh()
    newest = max(world.site.glob("*.targets.json"))
    metadata = Metadata[Targets].from_file(str(newest))
    metadata.signed.version += 1
    metadata.signed.targets[path] = TargetFile.from_data(path, b"outside", ["sha256"])
    pem = (world.platform / KEYS / "targets.pem").read_bytes()
    metadata.sign(CryptoSigner(load_pem_private_key(pem, None)))  # type: ignore[arg-type]
    metadata.to_file(str(world.site / f"{metadata.signed.version}.targets.json"))
    renew(world.platform, world.site, world.now)
    assert world.refusal() == "catalogue.tampered"
    assert not list(world.kiosk.parent.rglob("outside.yaml"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_changed_byte_anywhere_never_changes_what_is_served(world: World, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    if served(world.kiosk) is None:
        world.refresh()
        world.publish(second="newer")
        shutil.copytree(world.kiosk, tmp_path / "kiosk-before", symlinks=True)
        shutil.copytree(world.site, tmp_path / "site-before")
    for name, folder in (("kiosk-before", world.kiosk), ("site-before", world.site)):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / name, folder, symlinks=True)
    before = world.content()
    path = chance.choice(sorted(found for found in world.site.rglob("*") if found.is_file()))
    damaged = bytearray(path.read_bytes())
    damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    path.write_bytes(damaged)
    try:
        world.refresh()
    except CatalogueError:
        assert world.content() == before
    else:
        assert world.content() == _content(world.source)


def test_cuts_lose_no_file_that_was_whole(world: World) -> None:
    world.server.cut_after = 40_000
    with pytest.raises(CatalogueError) as error:
        world.refresh()
    assert error.value.code == "catalogue.unreachable"
    assert served(world.kiosk) is None
    world.server.cut_after = None
    world.server.asked.clear()
    world.refresh()
    assert world.content() == _content(world.source)
    assert [path for path in world.server.asked if path.endswith(".yaml")] == []


class _Stopped(BaseException):
    """A power cut at this very moment."""


def _stopping_at(step: int, function: Callable[[Path], None]) -> Callable[[Path], None]:
    left = [step]

    def stopping(path: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise _Stopped
        function(path)

    return stopping


@pytest.mark.parametrize("step", range(12))
def test_stopped_at_any_step_the_old_or_the_new_set_is_served(
    world: World, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.refresh()
    old = world.content()
    world.publish(second="changed", third="new")
    with monkeypatch.context() as patch:
        patch.setattr(sync.repository, "sync_folder", _stopping_at(step, sync.repository.sync_folder))
        try:
            world.refresh()
        except _Stopped:
            assert world.content() in (old, _content(world.source))
        else:
            assert step >= 5
    world.refresh()
    assert world.content() == _content(world.source)
    assert not list(world.kiosk.rglob("*.part"))


def test_what_cannot_be_published_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with pytest.raises(PublishError, match="is no folder"):
        publish(tmp_path / "data", folder, tmp_path / "site", LONG_AGO)
    folder.mkdir()
    with pytest.raises(PublishError, match="holds no catalogue"):
        publish(tmp_path / "data", folder, tmp_path / "site", LONG_AGO)
    with pytest.raises(PublishError, match="nothing is published"):
        renew(tmp_path / "data", tmp_path / "site", LONG_AGO)


def test_a_lost_key_is_not_made_anew(world: World) -> None:
    (world.platform / KEYS / "targets.pem").unlink()
    with pytest.raises(PublishError) as error:
        world.publish(second="newer")
    assert error.value.code == "catalogue.keys"
    renew(world.platform, world.site, world.now)
    world.refresh()


# -- from the platform's command to the kiosk's screen --


def _central(server: Server, *arguments: str) -> dict[str, object]:
    command = [*CENTRAL, *arguments, "--data", str(server.data), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _once(server: Server, kiosk: Kiosk) -> None:
    uplink = Uplink(
        server.url, catalogue_url=f"{server.url}/catalogue", check=lambda folder: troubles_of(folder, "qinghe")
    )
    Agent(kiosk.data, uplink, kiosk.identity, random.Random(1), SystemClock()).once()


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """A copy of what is shipped, to be published."""
    source = tmp_path / "services"
    for name in ("catalogue", "bundles", "common", "directories", "regions", "translations"):
        shutil.copytree(BUILT_IN / name, source / name)
    return source


def test_the_agent_brings_what_the_platform_published(
    server: Server, kiosk: Kiosk, services: Path, expected_logs: list[str]
) -> None:
    offered = PublishedCatalogue(lambda: served(kiosk.data), BUILT_IN, "qinghe")
    before = offered.load()
    _once(server, kiosk)
    assert served(kiosk.data) is None
    assert offered.newer() is None

    definition = services / "catalogue" / "gaoling-jintie.yaml"
    definition.write_text(definition.read_text().replace("version: 1\n", "version: 2\n", 1))
    version = _central(server, "publish", str(services))["version"]
    _once(server, kiosk)
    notes = SyncStateReader(kiosk.data)
    state = notes.catalogue()
    assert state is not None
    assert (state.version, state.error_code) == (version, "")
    newer = offered.newer()
    assert newer is not None
    assert newer.flows["gaoling-jintie"].service.version == 2
    assert before.flows.keys() == newer.flows.keys()
    assert newer.speaking("en").flows["gaoling-jintie"].service.name == "Old-age allowance"
    assert offered.newer() is None

    expected_logs.append("gaoling-jintie.yaml")
    definition.write_text("service: gaoling-jintie\n")
    _central(server, "publish", str(services))
    _once(server, kiosk)
    state = notes.catalogue()
    assert state is not None
    assert (state.version, state.error_code) == (version, "catalogue.unusable")
    assert offered.newer() is None
    notes.close()


GROUP = "format: 1\ngroups: [{{id: 大厅, kiosks: [{kiosk}], first: [laonian-youdaizheng], hidden: [gaoling-jintie]}}]\n"


def test_what_is_set_for_one_kiosk_is_on_its_first_page_without_a_restart(
    server: Server, kiosk: Kiosk, services: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "TICK_S", 0.02)
    monkeypatch.setattr(terminal, "HOUSEKEEPING_TICKS", 1)
    kiosk.journal.close()
    config = Config(place="柳溪镇", data=kiosk.data, platform=server.url, region="qinghe", runtime=tmp_path / "runtime")
    shutil.rmtree(services / "bundles")
    for path in (services / "catalogue").iterdir():
        if path.stem not in ("falv-yuanzhu", "gaoling-jintie", "laonian-youdaizheng"):
            path.unlink()
    settings_file = services / "kiosks" / "qinghe.yaml"
    settings_file.parent.mkdir()
    with closing(SelectorLoop()) as loop:
        published = published_catalogue(config)
        with closing(make_terminal(config, published.load(), loop, published.newer)) as screen:
            screen.start()

            def told() -> list[str]:
                """What the first page names; it says, too, that the reader is missing."""
                page = screen.page
                assert isinstance(page, Welcome)
                return page.services

            all_three, here = ["高龄津贴", "法律援助", "老年人优待证"], kiosk.identity.kiosk
            for named, expected in (("K9999", all_three), (here, ["老年人优待证", "法律援助"]), ("K9998", all_three)):
                settings_file.write_text(GROUP.format(kiosk=named), "utf-8")
                version = _central(server, "publish", str(services))["version"]
                _once(server, kiosk)
                assert loop.run_until(lambda expected=expected: told() == expected, 20.0), (named, told())
                (found,) = [one for one in of_platform(config) if one.area == "catalogue"]
                assert f"version {version} is served" in found.detail
                assert ("平台设置“大厅”" in found.zh) == (named == here)
