from __future__ import annotations

from pathlib import Path

import pytest

from index.agreement import read_agreement, read_text
from index.formats.encoding import decode_bytes

ENGLISH = "You don’t pay €25 before “Pro” begins – or £20 at Café Größe."
SIMPLE = "1. 费用\n本协议由您与我们签订，费用按月收取。\n"
TRADITIONAL = "1. 費用\n本協議由您與我們簽訂，費用按月收取。\n"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (ENGLISH, "cp1252"),
        ("You don’t pay.", "cp1252"),
        ("€25", "cp1252"),
        ("© Acme", "cp1252"),
        (SIMPLE, "gb18030"),
        ("服务使用", "gb18030"),
        (TRADITIONAL, "big5"),
        ("服務使用", "big5"),
        (SIMPLE, "utf-16-le"),
        (ENGLISH, "utf-16-le"),
        (ENGLISH, "utf-16-be"),
    ],
)
def test_the_likeliest_encoding_is_taken_and_said(
    tmp_path: Path, words: str, encoding: str
) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes(words.encode(encoding))
    agreement = read_agreement(path)
    assert agreement.text == words
    assert [note.oddity.kind for note in agreement.notes] == ["encoding"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_bytes_say_themselves_is_no_guess(encoding: str) -> None:
    found = decode_bytes(ENGLISH.encode(encoding))
    assert found is not None
    assert (found.text, found.is_guess) == (ENGLISH, False)


@pytest.mark.parametrize(
    ("words", "encoding", "label"),
    [
        (ENGLISH, "cp1252", "iso-8859-1"),
        (ENGLISH, "cp1252", "Latin1"),
        (SIMPLE, "gb18030", "gb2312"),
        (TRADITIONAL, "big5", "Big5"),
        ("Użytkownik płaci.", "cp1250", "windows-1250"),
        ("Пользователь платит.", "koi8-r", "koi8-r"),
        ("利用規約", "shift_jis", "shift_jis"),
    ],
)
def test_a_label_is_believed_as_a_browser_does(words: str, encoding: str, label: str) -> None:
    found = decode_bytes(words.encode(encoding), label)
    assert found is not None
    assert (found.text, found.is_guess) == (words, False)


@pytest.mark.parametrize(
    "label", ["utf-8", "iso-8859-1", "big5", "utf-7", "unicode_escape", "hex", "no-such"]
)
def test_a_wrong_label_is_passed_over(label: str) -> None:
    found = decode_bytes(SIMPLE.encode("gb18030"), label)
    assert found is not None
    assert (found.text, found.is_guess) == (SIMPLE, True)


def test_a_stray_byte_of_windows_in_utf_8_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes(SIMPLE.encode() + b"You don\x92t pay.")
    assert read_text(path) == SIMPLE + "You don’t pay."


@pytest.mark.parametrize("data", [bytes(range(128, 256)), b"caf\xe9 \xff\xff", b"\xff\xfe\x00\xd8"])
def test_bytes_that_are_no_text_are_not_guessed_at(data: bytes) -> None:
    assert decode_bytes(data) is None
