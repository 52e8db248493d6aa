"""Unsafe settings are found, each with what to do; safe ones are not doubted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.__main__ import main
from bot.people.identity import Role
from bot.people.store.accounts import Person
from bot.settings import Settings
from bot.storage import open_database
from bot.web.settings_check import Finding, Machine, Severity, find_unsafe

SAFE = {
    "CLAUSEBOT_HOSTS": "bot.example.com",
    "CLAUSEBOT_PROXIES": "127.0.0.1",
    "CLAUSEBOT_RECORDS_A_DAY": "1",
}
SERVED = SAFE | {"CLAUSEBOT_HOST": "0.0.0.0"}  # noqa: S104 - looked at, not bound
SERVER = "postgresql://bot:{}@db.example.com/kept{}"
LONG = "Ru4-kelp-otter-91"


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    """Return settings that name folders of this test alone, which are there."""
    return _folders(tmp_path)


def _folders(tmp_path: Path) -> dict[str, str]:
    names = ("corpus", "index", "desk", "models")
    for name in names:
        (tmp_path / name).mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    named = {f"CLAUSEBOT_{name.upper()}": str(tmp_path / name) for name in names[:3]}
    return named | {"CLAUSEBOT_DATABASE": f"sqlite:///{tmp_path}/kept.db"}


def _find(
    environ: dict[str, str],
    tmp_path: Path,
    people: list[Person] | None = None,
    *,
    user: int = 1000,
    mounts: str = "",
) -> dict[str, Finding]:
    machine = Machine(user, mounts, tmp_path / "models")
    found = find_unsafe(Settings.from_environ(environ), machine, people)
    return {finding.name: finding for finding in found}


def test_what_is_safe_and_what_nobody_else_reaches_is_not_doubted(
    folders: dict[str, str], tmp_path: Path
) -> None:
    open_database(folders["CLAUSEBOT_DATABASE"]).close()
    assert _find(folders, tmp_path, user=0) == {}
    assert _find(folders | SAFE, tmp_path) == {}
    server = {"CLAUSEBOT_DATABASE": SERVER.format(LONG, "?sslmode=verify-full")}
    assert _find(folders | SAFE | server, tmp_path) == {}


@pytest.mark.parametrize(
    ("environ", "name", "severity"),
    [
        (SERVED | {"CLAUSEBOT_PROXIES": ""}, "no_tls", Severity.ERROR),
        (SERVED, "beside_proxy", Severity.NOTE),
        (SERVED | {"CLAUSEBOT_HOSTS": ""}, "no_hosts", Severity.WARNING),
        (SAFE | {"CLAUSEBOT_LIMIT": "none"}, "no_limit", Severity.WARNING),
        (SAFE | {"CLAUSEBOT_PROXIES": "0.0.0.0/0"}, "any_proxy", Severity.ERROR),
        (SAFE | {"CLAUSEBOT_PROXIES": "10.0.0.1,2000::/3"}, "any_proxy", Severity.ERROR),
        (SAFE | {"CLAUSEBOT_METRICS": "::/0"}, "open_metrics", Severity.WARNING),
        (SAFE | {"CLAUSEBOT_METRICS": "8.8.0.0/16"}, "open_metrics", Severity.WARNING),
        (SAFE | {"CLAUSEBOT_RECORDS_A_DAY": "10000000"}, "records", Severity.WARNING),
        ({"CLAUSEBOT_DATABASE": SERVER.format("kept", "")}, "database_password", Severity.ERROR),
        ({"CLAUSEBOT_DATABASE": "postgresql://a-long-user-name:a-long-user-name@/x"},
         "database_password", Severity.ERROR),
        ({"CLAUSEBOT_DATABASE": SERVER.format(LONG, "?sslmode=prefer")},
         "database_plain", Severity.WARNING),
    ],
)  # fmt: skip
def test_an_unsafe_setting_is_found(
    folders: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    name: str,
    severity: Severity,
) -> None:
    usage = type("Usage", (), {"free": 50_000_000_000})  # a week of all records takes 329 GB
    monkeypatch.setattr("bot.web.settings_check.shutil.disk_usage", lambda _: usage)
    found = _find(folders | environ, tmp_path)
    assert found[name].severity is severity
    assert LONG not in found[name].say("en")


def test_who_runs_it_and_who_signs_in_matters_where_others_reach_it(
    folders: dict[str, str], tmp_path: Path
) -> None:
    added = datetime(2026, 1, 2, tzinfo=UTC)
    people = [
        Person(name, name, role, is_disabled, added, has_factor)
        for name, role, is_disabled, has_factor in [
            ("anna", Role.ADMIN, False, False),
            ("ben", Role.AGENT, False, False),
            ("cleo", Role.ADMIN, False, True),
            ("dora", Role.ADMIN, True, False),
        ]
    ]
    found = _find(folders | SAFE, tmp_path, people, user=0)
    assert list(found) == ["root", "one_factor"]
    assert "by password alone: anna. " in found["one_factor"].say("en")
    assert _find(folders, tmp_path, people, user=0) == {}


@pytest.mark.parametrize(
    ("kind", "is_found"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False)]
)
def test_a_database_on_a_network_is_found(
    folders: dict[str, str], tmp_path: Path, kind: str, is_found: bool
) -> None:
    mounts = (
        "1 0 0:1 / / rw - nfs root rw\n"
        f"2 1 0:2 / {tmp_path} rw shared:1 - {kind} there rw\n"
        f"3 1 0:3 / {tmp_path}-other rw - nfs there rw\n"
    )
    assert ("sqlite_network" in _find(folders, tmp_path, mounts=mounts)) == is_found


def test_files_that_every_user_may_read_or_change_are_found(tmp_path: Path) -> None:
    with TemporaryDirectory(prefix="clausebot-check-") as place:  # where others get at it
        _look_at_files(Path(place), _folders(Path(place)))
    folders = _folders(tmp_path)  # where they do not
    (tmp_path / "desk" / "voters.secret").touch(mode=0o604)
    tmp_path.chmod(0o700)
    assert _find(folders, tmp_path) == {}


def _look_at_files(tmp_path: Path, folders: dict[str, str]) -> None:
    open_database(folders["CLAUSEBOT_DATABASE"]).close()
    secret, weights = tmp_path / "desk" / "voters.secret", tmp_path / "models" / "weights"
    for path in (secret, weights):
        path.touch(mode=0o600)
    assert _find(folders, tmp_path) == {}
    secret.chmod(0o604)
    weights.chmod(0o602)
    found = _find(folders, tmp_path)
    assert set(found) == {"readable", "writable"}
    assert f"chmod o-rwx {secret.resolve()}" in found["readable"].say("en")
    (tmp_path / "desk").chmod(0o700)
    (tmp_path / "models").chmod(0o700)
    assert _find(folders, tmp_path) == {}


def test_the_command_says_each_in_both_languages_and_fails_on_errors(
    folders: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for name, value in (folders | SERVED | {"CLAUSEBOT_PROXIES": ""}).items():
        monkeypatch.setenv(name, value)
    assert main(["check", "--json"]) == 1
    rows = {row["id"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["no_tls"]["severity"] == "error"
    assert "CLAUSEBOT_PROXIES" in rows["no_tls"]["en"]
    assert "明文" in rows["no_tls"]["zh"]
    assert not (tmp_path / "kept.db").exists()  # looking makes no database
    assert main(["check", "--language", "zh"]) == 1
    assert "error no_tls: 网站" in capsys.readouterr().out
    monkeypatch.setenv("CLAUSEBOT_HOST", "127.0.0.1")
    monkeypatch.setenv("CLAUSEBOT_HOSTS", "")
    assert main(["check"]) == 0
