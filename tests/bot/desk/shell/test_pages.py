"""The pages of the desk are whole, and every word that a script puts together is there."""

from __future__ import annotations

import re

import pytest

from bot.desk.shell.pages import PAGES, PLACES, render_page
from bot.words.catalogue import read_words

_BLANK = re.compile(r"\b(?:t|has)\(\s*`([^`]*)`")


def test_every_key_that_a_script_puts_together_is_there() -> None:
    known = read_words("en", "desk_")
    for path in sorted(path for place in PLACES for path in place.glob("*.js")):
        for template in _BLANK.findall(path.read_text("utf-8")):
            parts = re.split(r"\$\{[^}]*\}", template)
            key = re.compile("[a-z_0-9]+".join(map(re.escape, parts)))
            assert any(map(key.fullmatch, known)), (path.name, template)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(name: str, language: str) -> None:
    page = render_page(name, language)
    assert f'<html lang="{language}">' in page
    assert "{{" not in page
    assert page.count("</script>") == 2
