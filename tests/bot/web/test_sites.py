"""The file of sites: what it may say, and where a mistake is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.people.identity import PER_ADDRESS, PER_KEY
from bot.web.sites import SitesError, read_sites

GOOD = """\
# our help centers
[[site]]
key = "pk_8c1f5c0de2a94b7f"
name = "Help center"
origins = ["https://help.example.com", "http://localhost:8080"]

[[site]]
key = "pk_shop_shop_1"
name = "商店"
origins = ["https://shop.example", "http://[::1]:8080"]
per_key_per_minute = 60
per_address_per_minute = 5
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sites.toml"


def test_reads_every_site(path: Path) -> None:
    path.write_text(GOOD, "utf-8")
    sites = read_sites(path)
    first, second = sites.find("pk_8c1f5c0de2a94b7f"), sites.find("pk_shop_shop_1")
    assert first is not None
    assert second is not None
    assert (first.per_key_per_minute, first.per_address_per_minute) == (PER_KEY, PER_ADDRESS)
    assert (second.name, second.per_key_per_minute, second.per_address_per_minute) == (
        "商店",
        60,
        5,
    )
    assert sites.may_ask("http://[::1]:8080")
    assert not sites.may_ask("https://help.example.com.evil.example")
    assert sites.find("") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('[[site]]\nkey = "pk_8c', '[[site]\nkey = "pk_8c', 2, "is no TOML"),
        ('name = "商店"', "name = 商店", 9, "is no TOML"),
        ("pk_8c1f5c0de2a94b7f", "8c1f5c0de2a94b7f", 3, "'key' must be"),
        ("pk_8c1f5c0de2a94b7f", "pk_short", 3, "'key' must be"),
        ("pk_shop_shop_1", "pk_8c1f5c0de2a94b7f", 8, "stands above already"),
        ('name = "商店"\n', "", 7, "has no 'name'"),
        ('"商店"', "7", 9, "'name' must be a text"),
        ("per_key_per_minute = 60", "per_key = 60", 11, "'per_key' is no known key"),
        ("per_key_per_minute = 60", "per_key_per_minute = 0", 11, "whole number in 1.."),
        ("per_key_per_minute = 60", "per_key_per_minute = true", 11, "whole number in 1.."),
        ("per_address_per_minute = 5", "per_address_per_minute = 2.5", 12, "whole number in 1.."),
        ('["https://shop.example", "http://[::1]:8080"]', "[]", 10, "'origins' must be a list"),
        ('["https://shop.example", "http://[::1]:8080"]', '"*"', 10, "'origins' must be a list"),
        ("https://shop.example", "https://shop.example/", 10, "Write scheme, host and port"),
        ("https://shop.example", "https://Shop.example", 10, "Write scheme, host and port"),
        ("https://shop.example", "https://*.shop.example", 10, "Write scheme, host and port"),
        ("https://shop.example", "shop.example", 10, "Write scheme, host and port"),
        ("https://shop.example", "null", 10, "Write scheme, host and port"),
        ("https://shop.example", "https://shop.example; script-src *", 10, "Write scheme"),
        ("# our help centers", "colour = 1", 1, "[[site]] tables and nothing beside"),
    ],
)
def test_a_mistake_is_shown_with_its_line(
    path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(SitesError) as error:
        read_sites(path)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert said in str(error.value)


@pytest.mark.parametrize("text", ["", "site = []", "site = 1", "[site]\nkey = 'x'", "site = [1]"])
def test_a_file_without_sites_is_refused(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(SitesError, match=r"sites\.toml:1: must hold \[\[site\]\] tables"):
        read_sites(path)


def test_an_unreadable_file_is_named(path: Path) -> None:
    with pytest.raises(SitesError, match=r"sites\.toml: cannot be read"):
        read_sites(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SitesError, match=r"sites\.toml: cannot be read"):
        read_sites(path)
