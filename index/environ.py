"""Addresses in environment variables, files, folders and hosts, and the slips made in them.

A slip is told before anything is made of it: quotation marks that a file of settings keeps would
else name a folder, and a path of Windows a file in the folder that the program was started in.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path

from index.errors import ClauseBotError

MAX_PORT = 65535
_MAX_HOST = 253  # characters of a machine's name
_MAX_NAME = 255  # bytes of one name in a path, on any usual disk
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u300c\u300d\u300e\u300f\u00ab\u00bb\uff02\uff07"
_UNFILLED = re.compile(r"\$\{\w+\}|\$[A-Za-z_]\w*|%\w+%|\{\{.*\}\}|^<[^<>]*>$")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_WINDOWS = re.compile(r"/?[A-Za-z]:(?:[\\/]|$)|\.{0,2}\\")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


class SettingsError(ClauseBotError):
    """A setting has a value that makes no sense."""


def read_path(environ: Mapping[str, str], name: str, default: Path) -> Path:
    """Return the file or folder that a variable names; the default where it is empty.

    Raises:
        SettingsError: It holds a slip; names the variable, its value, the slip and what to do.
    """
    return Path(_read(environ, name, find_path_slip, f"a path, such as {default}") or default)


def read_name(environ: Mapping[str, str], name: str) -> str:
    """Return the name, or the path, that a variable holds; empty where it is empty.

    Raises:
        SettingsError: As ``read_path``.
    """
    return _read(environ, name, find_path_slip, "a name or a path")


def read_host(environ: Mapping[str, str], name: str, default: str) -> str:
    """Return the address of a machine that a variable holds; the default where it is empty.

    Raises:
        SettingsError: As ``read_path``.
    """
    wanted = f"an address or a name of this machine alone, such as {default} or 0.0.0.0"
    return _read(environ, name, find_host_slip, wanted) or default


def _read(environ: Mapping[str, str], name: str, find: Callable[[str], str], wanted: str) -> str:
    value = environ.get(name, "")
    address = value.strip()
    problem = find_slip(value) or (find(address) if address else "")
    if problem:
        raise SettingsError(f"{name} is {value!r}, which {problem}. Set it to {wanted}.")
    return address


def find_slip(value: str) -> str:
    """Return the slip that any address may hold, as ``is blank``; empty where it holds none.

    An empty value is no slip, it is that of a variable that is not set; nor are blanks around it.
    """
    address = value.strip()
    if not address:
        return "is blank" if value else ""
    if address[0] in _QUOTES or address[-1] in _QUOTES:
        return "stands in quotation marks; leave them out"
    if any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp") for mark in address):
        return "holds a line break, or another mark that cannot be seen"
    return ""


def find_path_slip(path: str) -> str:  # noqa: PLR0911 - a slip a line
    """Return the slip that the path of a file or folder holds; empty where it holds none."""
    names = [name for name in path.split("/") if name]
    if path.startswith("~"):
        return "begins with ~, which stands for no folder here; write the whole path"
    if unfilled := _UNFILLED.search(path):
        return f"holds {unfilled[0]}, in whose place nothing was put"
    if os.name != "nt" and _WINDOWS.match(path):
        return "is a path of Windows, and this machine has / and no drives"
    if _SCHEME.match(path):
        return "is an address of the web, and no path"
    if any(name[0] in "\"'" or name[-1] in "\"'" for name in names):
        return "holds quotation marks; leave them out"
    if any(len(name.encode("utf-8", "replace")) > _MAX_NAME for name in names):
        return f"holds a name of more than {_MAX_NAME} bytes"
    return ""


def find_host_slip(host: str) -> str:  # noqa: PLR0911 - a slip a line
    """Return the slip that the address of a machine holds; empty where it holds none."""
    if "//" in host:
        return "is the address of a page; leave out what stands before // and after the name"
    if unfilled := _UNFILLED.search(host):
        return f"holds {unfilled[0]}, in whose place nothing was put"
    if _is_number(host):
        return ""
    if host.startswith("[") or re.fullmatch(r"[^:]*:\d*", host):
        return "holds brackets or a port, which stand elsewhere"
    if re.fullmatch(r"[0-9.]+", host):
        return "is no address of four numbers from 0 to 255"
    try:
        labels = host.removesuffix(".").encode("idna").decode().split(".")
    except UnicodeError:
        labels = [""]
    if len(host) > _MAX_HOST or not all(map(_LABEL.fullmatch, labels)):
        return "is no name of a machine, which has letters, digits, hyphens and single dots"
    return ""


def find_port_slip(port: int | None) -> str:
    """Return what is wrong with a port; empty where nothing is, or for None, the usual one."""
    is_port = port is None or 1 <= port <= MAX_PORT
    return "" if is_port else f"has the port {port}, which is none in 1..{MAX_PORT}"


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
