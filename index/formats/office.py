"""An old Word file (.doc) → the same as .docx, by LibreOffice where it is installed.

LibreOffice runs in a process of its own: with the limits of every reader, a profile that is thrown
away, no macros, no links that are followed, and no network where the system allows that.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from index.errors import CorpusError, Fault, FaultKind
from index.formats.limits import IN_WORDS, WALL_SECONDS, bind

_MAX_FILE = 100 << 20  # bytes that it may write into one file
_ROOT = Path(__file__).parents[2]
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "2"),
)
_NAMES = "http://openoffice.org/2001/registry"


def find_office() -> str | None:
    """Return the path of LibreOffice, or None where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def convert(path: Path, data: bytes) -> bytes:
    """Return an old Word file as .docx.

    Raises:
        CorpusError: There is no LibreOffice, or the file is encrypted, damaged or too much for it.
    """
    office = find_office()
    if office is None:
        raise CorpusError(Fault.of(FaultKind.NO_OFFICE), path)
    with tempfile.TemporaryDirectory(prefix="clausebot-") as name:
        folder = Path(name)
        made = folder / "document.docx"
        _write_profile(folder)
        child = subprocess.Popen(  # noqa: S603 - our own module, no word of the file in the command
            [sys.executable, "-s", "-m", "index.formats.office", office, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": name, "PYTHONPATH": str(_ROOT)},
            start_new_session=True,
        )
        try:
            said, _ = child.communicate(data, timeout=WALL_SECONDS)
            ended = child.returncode
        except subprocess.TimeoutExpired as error:
            raise CorpusError(Fault(FaultKind.SLOW, IN_WORDS), path) from error
        finally:
            _end(child)
        if said.startswith(b'{"kind"'):
            told = json.loads(said)
            raise CorpusError(Fault(FaultKind(told["kind"]), told["values"]), path)
        if not made.is_file():  # it ends well, too, when it cannot make anything of a file
            fault = Fault(FaultKind.HEAVY, IN_WORDS) if ended else Fault.of(FaultKind.DAMAGED_OLE)
            raise CorpusError(fault, path)
        return made.read_bytes()


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child and all that it started; LibreOffice starts a second process."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{place}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for place, name, value in _SETTINGS
    )
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        f'<?xml version="1.0"?><oor:items xmlns:oor="{_NAMES}">{items}</oor:items>', "utf-8"
    )


def main(office: str, folder: Path) -> None:
    """Look at the file on standard input, then become LibreOffice; in the child."""
    bind(_MAX_FILE)
    data = sys.stdin.buffer.read()
    kind = find_fault(data)
    if kind is not None:
        sys.stdout.write(json.dumps(asdict(Fault(kind, {}))))
        return
    (folder / "document.doc").write_bytes(data)
    _leave_network()
    os.chdir(folder)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ["--headless", "--norestore", "--nolockcheck", profile, "--convert-to", "docx"]
    os.execv(office, [office, *options, "--infilter=MS Word 97", "document.doc"])  # noqa: S606


def _leave_network() -> None:
    """Go where there is no network, if the system lets one; a copy of the process tries first."""
    copy = os.fork()
    if not copy:
        try:
            _unshare()
        except (OSError, AttributeError):  # it is forbidden, or another system than Linux
            os._exit(1)
        os._exit(0)
    if os.waitpid(copy, 0)[1] == 0:
        _unshare()


def _unshare() -> None:
    leave = ctypes.CDLL(None).unshare
    user, network = 0x10000000, 0x40000000
    if leave(network) == 0:
        return
    owner, group = f"{os.getuid()} {os.getuid()} 1", f"{os.getgid()} {os.getgid()} 1"
    if leave(user | network):
        raise OSError
    for name, line in (("setgroups", "deny"), ("uid_map", owner), ("gid_map", group)):
        Path(f"/proc/self/{name}").write_text(line)


# The file that holds streams, as far as it has to be known

_END = 0xFFFFFFFA  # numbers of sectors above are marks
_SHORT = 4096  # bytes; shorter streams lie within another one
_OF_FIB = struct.Struct("<HHHHHH")


def find_fault(data: bytes) -> FaultKind | None:
    """Return why LibreOffice need not be asked about a file; None where it may well be Word's."""
    try:
        streams = dict(_streams(data))
    except (struct.error, ValueError, IndexError):
        return FaultKind.DAMAGED_OLE
    if "EncryptedPackage" in streams:
        return FaultKind.ENCRYPTED
    head = streams.get("WordDocument")
    if head is None or (head and _OF_FIB.unpack_from(head)[0] != 0xA5EC):
        return FaultKind.NOT_WORD
    return FaultKind.ENCRYPTED if head and _OF_FIB.unpack_from(head)[5] & 0x100 else None


def _streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the streams of a file by name, of each long one the first sector.

    Raises:
        ValueError: The file is damaged, such as one whose sectors go round in a ring.
    """
    shift, first = struct.unpack_from("<H", data, 30)[0], struct.unpack_from("<I", data, 48)[0]
    if shift not in (9, 12):
        raise ValueError
    size = 1 << shift

    def sector(number: int) -> bytes:
        found = data[(number + 1) * size : (number + 2) * size]
        if not found:
            raise ValueError
        return found

    table = _table(data, sector, size // 4)
    for number in _chain(first, table):
        entries = sector(number)
        for at in range(0, len(entries) - 127, 128):
            length = min(struct.unpack_from("<H", entries, at + 64)[0], 64)
            name = entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            start, long = struct.unpack_from("<II", entries, at + 116)
            if entries[at + 66] == 2 and start < _END:
                yield name, sector(start) if long >= _SHORT else b""


def _table(data: bytes, sector: Callable[[int], bytes], width: int) -> list[int]:
    """Return which sector follows each one, from the table that itself lies in sectors."""
    places = list(struct.unpack_from("<109I", data, 76))
    more, _ = struct.unpack_from("<II", data, 68)
    seen: set[int] = set()
    while more < _END:
        if more in seen:
            raise ValueError
        seen.add(more)
        *further, more = struct.unpack(f"<{width}I", sector(more))
        places += further
    table: list[int] = []
    for place in places:
        if place < _END:
            table += struct.unpack(f"<{width}I", sector(place))
    return table


def _chain(number: int, table: list[int]) -> Iterator[int]:
    seen: set[int] = set()
    while number < _END:
        if number in seen:
            raise ValueError
        seen.add(number)
        yield number
        number = table[number]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
