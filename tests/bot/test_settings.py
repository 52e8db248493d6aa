from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import Settings
from index.environ import SettingsError
from tests.conftest import ROOT

NAMES = re.findall(r"CLAUSEBOT_[A-Z_]+", Settings.__doc__ or "")


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings()
    empty = dict.fromkeys(NAMES, "")
    assert Settings.from_environ(empty) == Settings()


def test_every_setting_is_read() -> None:
    found = Settings.from_environ(
        {
            "CLAUSEBOT_CORPUS": "mine",
            "CLAUSEBOT_INDEX": "built",
            "CLAUSEBOT_MODEL": "some/model",
            "CLAUSEBOT_HOST": "::1",
            "CLAUSEBOT_PORT": "8080",
            "CLAUSEBOT_ANSWER_ABOVE": "0.5",
            "CLAUSEBOT_DATABASE": "postgresql://bot@db/bot",
            "CLAUSEBOT_KEEP_QUESTIONS": "no",
            "CLAUSEBOT_SITES": "sites.toml",
            "CLAUSEBOT_DESK": "kept",
            "CLAUSEBOT_PROXIES": "127.0.0.1, 10.1.2.3/8,::1",
            "CLAUSEBOT_RECORDS_A_DAY": "500",
            "CLAUSEBOT_HOSTS": "bot.example.com, 192.0.2.1",
            "CLAUSEBOT_LIMIT": "30/second",
            "CLAUSEBOT_METRICS": "10.0.0.0/8",
            "CLAUSEBOT_WRITER": "openai:qwen-plus",
            "CLAUSEBOT_WRITER_URL": "https://models.example.com/v1",
            "CLAUSEBOT_WRITER_KEY": "sk-1",
            "CLAUSEBOT_WRITER_SECONDS": "60",
            "CLAUSEBOT_WRITER_QUESTIONS": "0",
            "CLAUSEBOT_WRITER_TOKENS": "1000000",
        }
    )
    assert found == Settings(
        Path("mine"),
        Path("built"),
        "some/model",
        "::1",
        8080,
        0.5,
        "postgresql://bot@db/bot",
        keep_questions=False,
        sites=Path("sites.toml"),
        desk=Path("kept"),
        proxies=("127.0.0.1/32", "10.0.0.0/8", "::1/128"),
        records_a_day=500,
        hosts=("bot.example.com", "192.0.2.1"),
        limit="30/second",
        metrics=("10.0.0.0/8",),
        writer="openai:qwen-plus",
        writer_url="https://models.example.com/v1",
        writer_key="sk-1",
        writer_seconds=60,
        writer_questions=0,
        writer_tokens=1_000_000,
    )
    for field in fields(Settings):
        assert getattr(found, field.name) != getattr(Settings(), field.name), field.name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("CLAUSEBOT_PORT", value) for value in ("0", "65536", "-1", "80.5", "http", " 80")),
        ("CLAUSEBOT_PORT", "9" * 5000),
        *(("CLAUSEBOT_RECORDS_A_DAY", value) for value in ("0", "-1", "1e6", "10000001")),
        *(("CLAUSEBOT_WRITER", value) for value in ("qwen-plus", ":m", "openai:")),
        *(("CLAUSEBOT_WRITER_SECONDS", value) for value in ("0", "601", "2.5")),
        ("CLAUSEBOT_WRITER_TOKENS", "many"),
        *(("CLAUSEBOT_KEEP_QUESTIONS", value) for value in ("maybe", "1", "YES", "no ")),
        *(("CLAUSEBOT_LIMIT", value) for value in ("0/minute", "120", "120/fortnight", "many")),
        *(("CLAUSEBOT_ANSWER_ABOVE", value) for value in ("-0.1", "1.1", "nan", "inf", "much")),
    ],
)
def test_a_value_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"{name} is '{re.escape(value)}'\. Set it to "):
        Settings.from_environ({name: value})


@pytest.mark.parametrize("value", ["https://bot.example.com", "bot.example.com:443", "*.a.example"])
def test_a_host_is_named_without_scheme_port_and_star(value: str) -> None:
    with pytest.raises(SettingsError, match=r"CLAUSEBOT_HOSTS is .* Set it to names"):
        Settings.from_environ({"CLAUSEBOT_HOSTS": f"localhost,{value}"})


@pytest.mark.parametrize("value", ["proxy", "10.0.0.0/99", "127.0.0.1;::1", "*"])
def test_a_proxy_is_named_by_its_address(value: str) -> None:
    with pytest.raises(SettingsError, match=r"CLAUSEBOT_PROXIES is .* Set it to addresses"):
        Settings.from_environ({"CLAUSEBOT_PROXIES": f"::1,{value}"})


@pytest.mark.parametrize("value", [" ", '"value"', "val\nue", "$VALUE"])
@pytest.mark.parametrize("name", sorted(set(NAMES) - {"CLAUSEBOT_DATABASE"}))
def test_a_slip_of_an_address_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} is .*Set it to "):
        Settings.from_environ({name: value})


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.endswith(("CORPUS", "INDEX", "DESK", "SITES"))]
)
@pytest.mark.parametrize("value", [r"C:\clausebot\x", "~/x", "file:///x"])
def test_a_path_of_another_machine_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} is .*Set it to a path"):
        Settings.from_environ({name: value})


@pytest.mark.parametrize("value", ["http://127.0.0.1", "127.0.0.1:7860", "[::1]", "my host"])
def test_a_host_is_an_address_alone(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^CLAUSEBOT_HOST is .* this machine alone"):
        Settings.from_environ({"CLAUSEBOT_HOST": value})


@pytest.mark.parametrize(
    "value",
    [
        "models.example.com/v1",
        "ftp://a.example/",
        "https://",
        "https://a.example/?k=1",
        "https://a.example:99999/",
        "https://a.example:x/",
        "https://[::1/",
    ],
)
def test_an_endpoint_is_an_address_of_the_web(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^CLAUSEBOT_WRITER_URL is .* Set it to the address"):
        Settings.from_environ({"CLAUSEBOT_WRITER_URL": value})


@pytest.mark.parametrize("value", ["1", "65535"])
def test_ports_reach_from_one_to_the_last(value: str) -> None:
    assert Settings.from_environ({"CLAUSEBOT_PORT": value}).port == int(value)


@pytest.mark.parametrize("value", ["0", "1"])
def test_the_bar_may_be_at_either_end(value: str) -> None:
    assert Settings.from_environ({"CLAUSEBOT_ANSWER_ABOVE": value}).answer_above == float(value)


def test_the_docstring_names_every_setting_once() -> None:
    assert len(NAMES) == len(set(NAMES)) == len(Settings.__slots__)


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_every_setting(name: str) -> None:
    assert name in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLAUSEBOT_WRITER_KEY", "'sk-secret'"),
        ("CLAUSEBOT_WRITER_KEY", "Bearer sk-secret"),
        ("CLAUSEBOT_WRITER_URL", "https://name:sk-secret@models.example.com/v1"),
    ],
)
def test_a_key_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as raised:
        Settings.from_environ({name: value})
    assert "sk-secret" not in str(raised.value)
    assert "sk-secret" not in repr(Settings(writer_key="sk-secret"))
