"""A page that a browser saved in one file is read with its style sheets and frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.agreement import read_agreement
from index.formats.document import Format, identify
from index.formats.mhtml import read_mhtml
from index.segmentation.doubts import OddityKind
from tests.index.formats.hostile import saved

PAGE = "Content-Type: text/html"
AT = "Content-Location: https://a.example/terms"


def read(*parts: tuple[str, str], **options: str) -> str:
    return read_mhtml(saved(*((name, body.encode()) for name, body in parts), **options)).text()


@pytest.mark.parametrize(
    ("transfer", "body"),
    [
        ("8bit", "<p>Größe: 20 €</p>".encode()),
        ("quoted-printable", b"<p>Gr=C3=B6=C3=9Fe: =\r\n20 =E2=82=AC</p>"),
        ("base64", b"PHA+R3LDtsOfZTogMjAg4oKsPC9wPg=="),
    ],
)
def test_a_page_is_read_however_it_is_packed(transfer: str, body: bytes) -> None:
    data = saved((f"{PAGE}\r\nContent-Transfer-Encoding: {transfer}", body))
    assert read_mhtml(data).text() == "Größe: 20 €\n"


@pytest.mark.parametrize("charset", ["big5", "gbk", "utf-16"])
def test_the_encoding_is_the_one_that_the_part_was_sent_with(charset: str) -> None:
    data = saved((f'{PAGE}; charset="{charset}"', "<p>服務條款</p>".encode(charset)))
    assert read_mhtml(data).text() == "服務條款\n"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ('href="https://a.example/a.css"', "Content-Location: https://a.example/a.css"),
        ('href="a.css"', "Content-Location: https://a.example/a.css"),
        ('href="a.css"', "Content-Location: a.css"),
        ('href="cid:css-1@mhtml.blink"', "Content-ID: <css-1@mhtml.blink>"),
        ('media="screen" href="/a.css"', "Content-Location: https://a.example/a.css"),
    ],
)
def test_style_sheets_beside_the_page_hide_what_they_say(link: str, name: str) -> None:
    data = saved(
        (
            f"{PAGE}\r\n{AT}",
            f'<link rel="stylesheet" {link}><p class="x">Draft</p><p>a</p>'.encode(),
        ),
        (f"Content-Type: text/css\r\n{name}", b".x { display: none }"),
    )
    blocks = read_mhtml(data)
    assert blocks.text() == "a\n"
    assert [doubt.oddity.kind for doubt in blocks.notes()] == [OddityKind.HIDDEN]


@pytest.mark.parametrize(
    "link",
    ['media="print" href="a.css"', 'href="b.css"', 'href="http://[x"', 'media="(max-width:9px)"'],
)
def test_style_sheets_of_print_or_of_nobody_hide_nothing(link: str) -> None:
    parts = (
        (f"{PAGE}\r\n{AT}", f'<link rel="stylesheet" {link}><p>a</p>'),
        ("Content-Type: text/css\r\nContent-Location: a.css", "p { display: none }"),
    )
    assert read(*parts) == "a\n"


def test_a_page_within_is_read_where_it_is_shown() -> None:
    frame = f"{PAGE}\r\nContent-ID: <f>"
    inner = f"{PAGE}\r\nContent-Location: https://a.example/g"
    assert (
        read(
            (f"{PAGE}\r\n{AT}", '<h1>Terms</h1><iframe src="cid:f"></iframe><p>3. End</p>'),
            (frame, '<p>1. Fees</p><iframe src="/g"></iframe>'),
            (inner, "<p>2. Refunds</p>"),
        )
        == "# Terms\n\n1. Fees\n\n2. Refunds\n\n3. End\n"
    )


def test_the_first_page_or_the_one_that_is_named_is_shown() -> None:
    parts = ((PAGE, "<p>first</p>"), (f"{PAGE}\r\nContent-ID: <b>", "<p>second</p>"))
    assert read(*parts) == "first\n"
    assert read(*parts, kind='multipart/related; start="<b>"') == "second\n"


def test_a_page_alone_with_the_head_of_a_mail_is_read(tmp_path: Path) -> None:
    data = (
        b"From: <Saved>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>1. Use</p>"
    )
    path = tmp_path / "terms.mht"
    path.write_bytes(data)
    assert read_agreement(path).text == "1. Use\n"


@pytest.mark.parametrize(
    "words",
    [
        b"From: Anna\nTo: Bob\n\nMIME-Version: 1.0\nContent-Type: text/html",
        b"Content-Type: the kind of a page\n\n1. Use",
        b"1. MIME-Version: 1.0\nContent-Type: text/html\n\n",
    ],
)
def test_words_that_look_like_the_head_of_a_mail_are_text(words: bytes) -> None:
    assert identify(words) is Format.TEXT


def test_a_page_of_tags_that_nobody_closed_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "terms.html"
    path.write_bytes(b"<p>1. Use</p>" + b"<font>" * 600 + b"<p>2. End</p>")
    assert read_agreement(path).text == "1. Use\n\n2. End\n"
