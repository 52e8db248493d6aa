"""What is unsafe about the settings in use, each with what to do; nothing is changed."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path

from bot.people.identity import Role
from bot.people.store.accounts import Person
from bot.settings import Settings
from bot.storage.connection import parse_address
from bot.web.exposure import is_loopback
from bot.words.catalogue import say
from index.search.models import FOLDER

_NETWORK_FILES = ("nfs", "cifs", "smb", "fuse.sshfs", "ceph", "gluster", "fuse.gluster", "lustre")
_MOUNTS = Path("/proc/self/mountinfo")
_SHORTEST_PASSWORD = 12  # characters, as of people
_ENCRYPTED = ("require", "verify-ca", "verify-full")
_RECORD_BYTES, _WEEK = 4_700, 7  # of an answer that is kept, its rows and indexes
_WIDEST = {4: 8, 6: 16}  # bits that a network of proxies names at least


class Severity(StrEnum):
    """How much a finding weighs: an error is no way to be served to others."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something unsafe.

    Attributes:
        name: Never changes, so that scripts can know it.
        severity: How much it weighs.
        blanks: What its sentence names, such as a file.
    """

    name: str
    severity: Severity
    blanks: Mapping[str, object] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return what is unsafe and what to do."""
        return say(f"unsafe_{self.name}", language, **self.blanks)


@dataclass(frozen=True, slots=True)
class Machine:
    """What matters of the machine.

    Attributes:
        user: Id of the one that the program runs as; 0 for root.
        mounts: As ``/proc/self/mountinfo`` has them; empty where that is not told.
        models: Folder of the bundled models.
    """

    user: int
    mounts: str = ""
    models: Path = FOLDER

    @classmethod
    def here(cls) -> Machine:
        """Return this one."""
        return cls(os.geteuid(), _MOUNTS.read_text("utf-8") if _MOUNTS.exists() else "")


def find_unsafe(
    settings: Settings, machine: Machine, people: Sequence[Person] | None = None
) -> list[Finding]:
    """Return what is unsafe, errors first; ``people`` are those of the desk, None for unknown.

    Raises:
        StorageError: The address of the database is none.
    """
    kept = _kept_in(settings)
    found = [
        *(_of_serving(settings, machine, people) if is_served(settings) else ()),
        *_of_networks(settings),
        *(_of_file(kept.file, settings, machine) if kept.file else _of_server(kept)),
        *_of_files(kept.file, settings, machine.models),
    ]
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def is_served(settings: Settings) -> bool:
    """Tell whether others than this machine's own can reach the site."""
    is_here = settings.host == "localhost" or is_loopback(settings.host)
    return not is_here or bool(settings.hosts or settings.proxies)


def _of_serving(
    settings: Settings, machine: Machine, people: Sequence[Person] | None
) -> Iterator[Finding]:
    if not settings.proxies:
        yield Finding("no_tls", Severity.ERROR, {"host": settings.host})
    elif not is_loopback(settings.host):
        yield Finding("beside_proxy", Severity.NOTE, {"host": settings.host})
    if not settings.hosts:
        yield Finding("no_hosts", Severity.WARNING)
    if settings.limit == "none":
        yield Finding("no_limit", Severity.WARNING)
    if machine.user == 0:
        yield Finding("root", Severity.WARNING)
    alone = [
        one.name
        for one in people or ()
        if one.role is Role.ADMIN and not one.is_disabled and not one.has_second_factor
    ]
    if alone:
        yield Finding("one_factor", Severity.WARNING, {"names": ", ".join(alone)})


def _of_networks(settings: Settings) -> Iterator[Finding]:
    for text in settings.proxies:
        network = ip_network(text)
        if network.prefixlen < _WIDEST[network.version]:
            yield Finding("any_proxy", Severity.ERROR, {"network": text})
    for text in settings.metrics:
        network = ip_network(text)
        if network.prefixlen == 0 or not (network.is_private or network.is_loopback):
            yield Finding("open_metrics", Severity.WARNING, {"network": text})


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where records are kept: in a file, or else by the servers named."""

    file: Path | None
    hosts: tuple[str, ...] = ()
    user: str = ""
    password: str = ""
    sslmode: str = ""


def _kept_in(settings: Settings) -> _Kept:
    url = parse_address(settings.database)
    if url.get_backend_name() == "sqlite":
        return _Kept(Path(url.database or "").resolve())
    hosts = tuple(host for host in (url.host or "").split(",") if host)
    mode = str(url.query.get("sslmode", ""))
    return _Kept(None, hosts, url.username or "", str(url.password or ""), mode)


def _of_file(path: Path, settings: Settings, machine: Machine) -> Iterator[Finding]:
    kind = _mounted_as(path, machine.mounts)
    if kind.startswith(_NETWORK_FILES):
        yield Finding("sqlite_network", Severity.ERROR, {"path": path, "kind": kind})
    folder = next(parent for parent in path.parents if parent.exists())
    week, free = settings.records_a_day * _RECORD_BYTES * _WEEK, shutil.disk_usage(folder).free
    if is_served(settings) and week > free:
        blanks = {"week": round(week / 1e9, 1), "free": round(free / 1e9, 1), "folder": folder}
        yield Finding("records", Severity.WARNING, blanks)


def _mounted_as(path: Path, mounts: str) -> str:
    """Return the kind of file system that holds a path; empty where that is not told."""
    held = ("", "")  # the longest place that the path is below, and its kind
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = before.split(" ")[4].replace("\\040", " ")
        if path.is_relative_to(place) and len(place) >= len(held[0]):
            held = (place, after.split(" ")[0])
    return held[1]


def _of_server(kept: _Kept) -> Iterator[Finding]:
    is_short = len(kept.password) < _SHORTEST_PASSWORD or kept.password == kept.user
    if kept.password and is_short:
        yield Finding("database_password", Severity.ERROR)
    near = ("localhost", "/")  # a path is a socket of this machine
    far = [host for host in kept.hosts if not host.startswith(near) and not is_loopback(host)]
    if far and kept.sslmode not in _ENCRYPTED:
        yield Finding("database_plain", Severity.WARNING, {"host": ", ".join(far)})


def _of_files(file: Path | None, settings: Settings, models: Path) -> Iterator[Finding]:
    database = [] if file is None else [Path(f"{file}{end}") for end in ("", "-wal")]
    secrets = [*database, *settings.desk.glob("*.secret"), *settings.desk.glob("spool/**/*")]
    for path in _open_to_others(secrets, stat.S_IROTH):
        yield Finding("readable", Severity.ERROR, {"path": path})
    own = Path(settings.model) if settings.model and Path(settings.model).is_dir() else models
    for folder in (own, settings.corpus, settings.index):
        for path in _open_to_others([folder, *folder.rglob("*")], stat.S_IWOTH):
            yield Finding("writable", Severity.ERROR, {"path": path, "folder": folder})
            break  # one tells of the folder


def _open_to_others(paths: Iterable[Path], bit: int) -> Iterator[Path]:
    """Yield those that any user of the machine may read or change, and can get at."""
    for path in paths:
        if not path.exists() or path.is_symlink():
            continue
        if path.stat().st_mode & bit and all(
            parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents
        ):
            yield path
