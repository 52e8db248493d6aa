"""Files that no one should have to read, made here: name → bytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import docx

from tests.samples.parts import Part
from tests.samples.print import write_print

Files = dict[str, Callable[[], bytes]]
_BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
_END = "</w:body></w:document>"
_WORDS = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + at)} '{f'&{chr(97 + at)};' * 10}'>" for at in range(9)
) + "]>"  # fmt: skip
_PAGE = "Content-Type: text/html"
_PART = Part("", (), "", "We may end this agreement at any time, with notice. " * 3, 0)


def word(body: str = _WORDS.format("x"), *, drop: str = "", **replaced: str | bytes) -> bytes:
    """Return a Word document with another body, or with other parts; ``_`` stands for ``/``."""
    plain = io.BytesIO()
    docx.Document().save(plain)
    parts = {"word/document.xml": f"{_BODY}{body}{_END}".encode()}
    for name, content in replaced.items():
        key = name.replace("__", "/").replace("_dot_", ".")
        parts[key] = content.encode() if isinstance(content, str) else content
    made = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name != drop:
                target.writestr(name, parts.pop(name) if name in parts else source.read(name))
        for name, content in parts.items():
            if name != drop:
                target.writestr(name, content)
    return made.getvalue()


def archive(entries: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return made.getvalue()


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


def encrypted_flag(data: bytes) -> bytes:
    """Return an archive that says that its entries are encrypted."""
    marked = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(signature, at + 4)
    return bytes(marked)


def claimed_size(data: bytes) -> bytes:
    """Return an archive whose directory understates what its largest entry unpacks to."""
    size = max(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
    return data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def pdf(*objects: str | bytes, trailer: str = "") -> bytes:
    """Return a PDF of objects numbered from 1, the catalogue first."""
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        inner = content.encode() if isinstance(content, str) else content
        made += b"%d 0 obj\n%s\nendobj\n" % (number, inner)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += f"trailer\n<</Size {len(objects) + 1} /Root 1 0 R {trailer}>>\n".encode()
    return made + b"startxref\n%d\n%%%%EOF" % start


def page_with(content: bytes, resources: str = "", *more: str | bytes, filters: str = "") -> bytes:
    """Return a PDF of one page with a content stream."""
    stream = f"<</Length {len(content)} {filters}>>stream\n".encode() + content + b"\nendstream"
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<{resources}>>>>"
    )
    return pdf(
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream, *more
    )


def squeezed(byte: bytes, megabytes: int, times: int = 1) -> bytes:
    """Return a deflated run of one byte, packed again ``times`` - 1 times."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(byte * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    return packed


def scan() -> bytes:
    picture = (
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    return page_with(
        b"600 0 0 800 0 0 cm /I Do", "/XObject<</I 5 0 R>>",
        picture + "/Length 1>>stream\n\x00\nendstream",
    )  # fmt: skip


def saved(*parts: tuple[str, bytes], kind: str = "multipart/related", fields: str = "") -> bytes:
    """Return a page that a browser saved in one file, of parts with their fields."""
    head = f'MIME-Version: 1.0\r\n{fields}Content-Type: {kind}; boundary="b"\r\n\r\n'
    made = [f"--b\r\n{name}\r\n\r\n".encode() + body + b"\r\n" for name, body in parts]
    return head.encode() + b"".join(made) + b"--b--\r\n"


def nested(depth: int) -> bytes:
    """Return a file of parts within parts."""
    opening = 'Content-Type: multipart/related; boundary="b{0}"\r\n\r\n--b{0}\r\n'
    inner = "".join(opening.format(at) for at in range(depth))
    return f"MIME-Version: 1.0\r\n{inner}{_PAGE}\r\n\r\n<p>x</p>".encode()


def printed(**options: object) -> bytes:
    return write_print([_PART] * 20, "Terms", **options)


WORD: Files = {
    "bomb.docx": lambda: word(_WORDS.format("0" * 50_000_000)),
    "bomb_in_another_part.docx": lambda: word(word__x_dot_xml=b"<x>" + b" " * 61_000_000 + b"</x>"),
    "bomb_of_entries.docx": lambda: archive({f"word/{n}.xml": b"<x/>" for n in range(10_000)}),
    "bomb_that_lies.docx": lambda: claimed_size(word(_WORDS.format("0" * 30_000_000))),
    "archive_in_archive.docx": lambda: archive({"a.docx": word()}),
    "external_entity.docx": lambda: word(word__document_dot_xml=(
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_BODY}{_WORDS.format("&a;")}{_END}'
    )),
    "entity_over_the_network.docx": lambda: word(word__document_dot_xml=(
        f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{_BODY}{_WORDS.format("x")}{_END}'
    )),
    "laughs.docx": lambda: word(word__document_dot_xml=f"{LAUGHS}{_BODY}&j;{_END}"),
    "laughs_in_styles.docx": lambda: word(word__styles_dot_xml=f"{LAUGHS}<x>&j;</x>"),
    "laughs_in_utf_16.docx": lambda: word(word__document_dot_xml=(
        f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}<x>&j;</x>'.encode("utf-16")
    )),
    "entities_in_relations.docx": lambda: word(_rels___dot_rels=f"{LAUGHS}<x>&j;</x>",
                                               **{"_rels/.rels": f"{LAUGHS}<x>&j;</x>"}),
    "encrypted_entries.docx": lambda: encrypted_flag(word()),
    "password.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000,
    "cut_short.docx": lambda: word()[:8_000],
    "cut_tail.docx": lambda: word()[:-30],
    "damaged.docx": lambda: word()[:3_000] + b"\xff" * 9_000 + word()[12_000:],
    "no_content_types.docx": lambda: word(drop="[Content_Types].xml"),
    "no_document.docx": lambda: word(drop="word/document.xml"),
    "no_relations.docx": lambda: word(drop="_rels/.rels"),
    "empty_body.docx": lambda: word(""),
    "blank_words.docx": lambda: word(_WORDS.format("   ") * 9),
    "broken_xml.docx": lambda: word("<w:p><w:r>"),
    "deep.docx": lambda: word("<w:p>" * 100_000 + "</w:p>" * 100_000),
    "deep_tables.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 400 + "</w:tc></w:tr></w:tbl>" * 400),
    "spreadsheet.docx": lambda: archive({
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": b"<x/>",
    }),
    "many_paragraphs.docx": lambda: word(_WORDS.format("(a) x") * 1_500_000),
    "text.docx": lambda: b"1. Use\nYou may use it.\n",
    "picture.docx": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
    "print.docx": printed,
    "empty.docx": lambda: b"",
    "endless_header.docx": lambda: b"PK\x03\x04" + b"\xff" * 1_000_000,
    "no_entries.docx": lambda: b"PK\x05\x06" + b"\0" * 18,
}  # fmt: skip

PDF: Files = {
    "encrypted.pdf": lambda: printed(encrypt="secret"),
    "scan.pdf": scan,
    "nothing.pdf": lambda: b"%PDF-1.7\n%%EOF",
    "cut_short.pdf": lambda: printed()[:300],
    "no_pages.pdf": lambda: pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"),
    "pages_in_a_ring.pdf": lambda: pdf(
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"
    ),
    "endless_xref.pdf": lambda: pdf("<</Type/Catalog/Pages 1 0 R>>", trailer="/Prev 60"),
    "two_billion_pages.pdf": lambda: pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 2000000000>>",
        "<</Type/Page>>",
    ),
    "too_many_pages.pdf": lambda: pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{' '.join(f'{n} 0 R' for n in range(3, 3003))}]/Count 3000>>",
        *["<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * 3_000,
    ),
    "bomb.pdf": lambda: page_with(squeezed(b" ", 150), filters="/Filter/FlateDecode"),
    "bomb_in_bomb.pdf": lambda: page_with(
        squeezed(b" ", 150, times=2), filters="/Filter[/FlateDecode/FlateDecode]"
    ),
    "form_in_itself.pdf": lambda: page_with(
        b"/F Do", "/XObject<</F 5 0 R>>",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 5>>"
        "stream\n/F Do\nendstream",
    ),
    "deep_arrays.pdf": lambda: pdf("<</Type/Catalog/Pages " + "[" * 200_000 + "]" * 200_000 + ">>"),
    "stream_of_minus_one.pdf": lambda: page_with(b"x").replace(b"/Length 1 ", b"/Length -1 "),
    "letters_of_nothing.pdf": lambda: page_with(b"BT /F 12 Tf (" + b"\x01" * 50 + b") Tj ET"),
    "huge_page.pdf": lambda: patched(page_with(b"x"), b"[0 0 600 800]", b"[0 0 1e38 1e38]"),
    "web_page.pdf": lambda: b"<!DOCTYPE html><p>x</p>",
    "word.pdf": word,
    "text.pdf": lambda: b"1. Use\n",
}  # fmt: skip

PLAIN: Files = {
    "print.txt": printed,
    "print.html": printed,
    "word.txt": word,
    "word.md": word,
    "word.html": word,
    "old_word.txt": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
    "rich.txt": lambda: b"{\\rtf1 Terms}",
    "page.txt": lambda: b"<!DOCTYPE html><html><body><p>x</p></body></html>",
    "packed.txt": lambda: b"\x1f\x8b\x08\x00" + b"\x01" * 99,
    "program.txt": lambda: b"\x7fELF\x02\x01" + b"\0" * 99,
    "picture.md": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 99,
    "zeros.txt": lambda: b"\0" * 1_000,
    "blank.txt": lambda: b" \n\t\n",
    "empty.txt": lambda: b"",
    "huge.txt": lambda: b"x" * 20_000_001,
    "lines.txt": lambda: b"a\n" * 100_002,
    "returns.txt": lambda: b"a\r" * 100_002,
    "no_encoding.txt": lambda: b"caf\xe9 \xff\xff",
    "half_utf_16.txt": lambda: b"\xff\xfe\x00\xd8\x00",
    "zeros.html": lambda: b"<p>\0\0\0</p>" * 9,
    "entities.html": lambda: b"<!-- -->" + LAUGHS.encode() + b"<p>&j;</p>",
    "script_alone.html": lambda: b"<html><script>" + b"x" * 99 + b"</script></html>",
    "menu_alone.html": lambda: b"<html><body><p hidden>x</p><img src=x></body></html>",
    "empty.html": lambda: b"",
    "comment.html": lambda: b"<!--" + b"x" * 1_000_000,
    "many_entries.html": lambda: b"<ol>" + b"<li>x</li>" * 120_000,
}  # fmt: skip

PAGES: Files = {
    "unclosed.html": lambda: b"<div>" * 100_000 + b"x",
    "deep_lines.html": lambda: b"<p>x<span>" * 3_000 + b"x",
    "deep_tables.html": lambda: b"<table><tr><td>" * 2_000 + b"x",
    "selectors.html": lambda: (
        b"<style>" + b".a .b .c > p { display: none }" * 100_000 + b"</style>"
        + b"<div class=c><p class=b>x</p></div>" * 20_000
    ),
    "frame_of_zeros.html": lambda: b"<iframe srcdoc='<p>\0'></iframe><p>x</p>",
    "hidden_alone.html": lambda: b"<style>p { display: none }</style><p>x</p>",
    "menu_only.html": lambda: b"<nav><a href=/a>Home</a></nav><footer>x</footer>" * 3,
    "half_utf_16.html": lambda: b"\xff\xfe<\0p\0>",
    "page.mhtml": lambda: b"<!DOCTYPE html><p>x</p>",
    "page.mht": lambda: b"<html><p>x</p></html>",
    "print.mhtml": printed,
    "word.mht": word,
    "text.mht": lambda: b"1. Use\nYou may use it.\n",
    "saved.html": lambda: saved((_PAGE, b"<p>x</p>")),
    "saved.txt": lambda: saved((_PAGE, b"<p>x</p>")),
    "mail.mhtml": lambda: b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx",
    "no_page.mhtml": lambda: saved(("Content-Type: text/plain", b"x")),
    "no_parts.mhtml": saved,
    "no_body.mhtml": lambda: saved()[:70],
    "no_boundary.mhtml": lambda: saved((_PAGE, b"<p>x</p>")).replace(b'boundary="b"', b"x=y"),
    "blank_page.mhtml": lambda: saved((_PAGE, b"<p> </p>")),
    "zeros.mhtml": lambda: saved((_PAGE, b"<p>\0\0</p>")),
    "entities.mhtml": lambda: saved((_PAGE, LAUGHS.encode() + b"<p>&j;</p>")),
    "entities_in_a_frame.mhtml": lambda: saved(
        (_PAGE, b"<iframe src=cid:b></iframe><p>x</p>"),
        (f"{_PAGE}\r\nContent-ID: <b>", LAUGHS.encode() + b"<p>&j;</p>"),
    ),
    "no_base64.mhtml": lambda: saved((f"{_PAGE}\r\nContent-Transfer-Encoding: base64", b"!!!")),
    "nested_parts.mhtml": lambda: nested(5_000),
    "many_sheets.mhtml": lambda: saved(*[("Content-Type: text/css", b"p {}")] * 3_000),
    "ring_of_frames.mhtml": lambda: saved(
        (f"{_PAGE}\r\nContent-Location: http://a.example/", b"<iframe src=/b></iframe>"),
        (f"{_PAGE}\r\nContent-Location: http://a.example/b", b"<iframe src=/b></iframe>" * 3),
    ),
    "large_frames.mhtml": lambda: saved(
        (_PAGE, b"<iframe src=cid:b></iframe>" * 20),
        (f"{_PAGE}\r\nContent-ID: <b>", b"<p>x</p>" * 1_000_000),
    ),
    "huge.mhtml": lambda: saved((_PAGE, b"<p>x</p>")) + b"x" * 20_000_000,
}  # fmt: skip

HOSTILE: Files = WORD | PDF | PLAIN | PAGES
