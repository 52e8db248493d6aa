"""Slips in addresses are told with the variable, the value and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from index.__main__ import main
from index.environ import (
    SettingsError,
    find_host_slip,
    find_path_slip,
    find_port_slip,
    read_host,
    read_name,
    read_path,
)

HERE = Path("var/x")
READERS: list[Callable[[str], object]] = [
    lambda value: read_path({"NAME": value}, "NAME", HERE),
    lambda value: read_name({"NAME": value}, "NAME"),
    lambda value: read_host({"NAME": value}, "NAME", "127.0.0.1"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("value", "slip"),
    [
        (" ", "is blank"),
        ("\t\n", "is blank"),
        ('"value"', "quotation marks"),
        ("'value", "quotation marks"),
        ("value”", "quotation marks"),
        ("「value」", "quotation marks"),
        ("va\nlue", "line break"),
        ("va\x00lue", "cannot be seen"),
        ("va\u200blue", "cannot be seen"),
        ("$VALUE", r"holds \$VALUE"),
        ("a/${VALUE}", r"holds \$\{VALUE\}"),
        ("%VALUE%", "holds %VALUE%"),
        ("{{ value }}", "nothing was put"),
        ("<value>", "holds <value>"),
        ("https://example.org/value", "is (an|the) address of"),
    ],
)
def test_a_slip_that_any_address_may_hold_is_told(
    read: Callable[[str], object], value: str, slip: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^NAME is .*{slip}.*\. Set it to ") as told:
        read(value)
    assert repr(value) in str(told.value)


@pytest.mark.parametrize("read", READERS)
def test_blanks_around_an_address_are_none_of_it(read: Callable[[str], object]) -> None:
    assert str(read(" value\n")) == "value"


@pytest.mark.parametrize(
    "path",
    [
        r"C:\data",
        "C:/data",
        "c:",
        r"\\server\share",
        r".\var",
        r"..\var",
        "/C:/data",
        "~/var",
        "~",
        "file:///var",
        "var/'x'",
        "a/" + "b" * 256,
        "约" * 86,
    ],
)
def test_a_path_that_names_nothing_here_is_told(path: str) -> None:
    assert find_path_slip(path)


@pytest.mark.parametrize(
    "path",
    [
        "var/index",
        "/a b/ü",
        "协议/《用户协议》",
        "协议/“新”版",
        "a:b/c",
        "x~",
        "a/~b",
        "100%/20%",
        "it's",
        "BAAI/bge-small-zh",
        "../x",
        "a" * 255,
    ],
)
def test_any_other_path_is_a_path(path: str) -> None:
    assert find_path_slip(path) == ""
    assert read_path({"NAME": path}, "NAME", HERE) == Path(path)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:80",
        "[::1]",
        "[::1]:80",
        "localhost:",
        "localhost/",
        "127.0.0",
        "256.1.1.1",
        "a..b",
        ".",
        "my host",
        "-a.org",
        "a" * 64 + ".org",
        "a." * 130 + "org",
        "//host",
        "a@b",
    ],
)
def test_a_host_with_more_than_a_host_is_told(host: str) -> None:
    assert find_host_slip(host)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "localhost",
        "db_1",
        "a-b.example.org.",
        "bücher.example",
    ],
)
def test_any_other_host_is_a_host(host: str) -> None:
    assert find_host_slip(host) == ""


@pytest.mark.parametrize(
    ("port", "is_port"),
    [(None, True), (1, True), (65535, True), (0, False), (-1, False), (65536, False)],
)
def test_ports_have_their_range(port: int | None, is_port: bool) -> None:
    assert (find_port_slip(port) == "") == is_port


def test_an_empty_variable_is_the_default() -> None:
    for environ in ({}, {"NAME": ""}):
        assert read_path(environ, "NAME", HERE) == HERE
        assert read_name(environ, "NAME") == ""
        assert read_host(environ, "NAME", "::1") == "::1"


@pytest.mark.parametrize("name", ["CLAUSEBOT_CORPUS", "CLAUSEBOT_INDEX", "CLAUSEBOT_MODEL"])
def test_the_command_line_tells_a_slip_in_one_line_and_makes_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("1. The fee is due.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, '"value"')
    assert main(["build"]) != 0
    assert re.fullmatch(rf"error: {name} is .*quotation marks.*\n", capsys.readouterr().err)
    assert [path.name for path in tmp_path.rglob("*")] == ["corpus", "a.txt"]
