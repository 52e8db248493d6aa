"""Word-like files that no one should have to read, made here: name → bytes."""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Mapping

from tests.index.formats.hostile import LAUGHS, Files, archive, claimed_size, encrypted_flag, word
from tests.samples.office import list_style, raw_odt
from tests.samples.word import raw_word


def looped(kind: str) -> str:
    """Return two styles of a kind that stand on each other."""
    return "".join(
        f'<w:style w:type="{kind}" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
        for one, other in ("ab", "ba")
    )


def in_cells(number: int) -> str:
    return f'<text:p> <text:s text:c="{number}"/></text:p>'


def ole(*streams: tuple[str, bytes], table: Mapping[int, int] = {}, **replaced: int) -> bytes:
    """Return an old Office file of streams, each one sector long.

    Args:
        streams: Their names and bytes.
        table: What follows a sector, where it is not the end.
        replaced: Numbers of its head, by their offset, such as ``at_30``.
    """
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", 2 * len(name) + 2, 2, 1)
        + b"\xff" * 12 + b"\0" * 36 + struct.pack("<IQ", place + 2, 4096)
        for place, (name, _) in enumerate(streams)
    )  # fmt: skip
    sectors = [struct.pack("<128I", *(table.get(at, 0xFFFFFFFE) for at in range(128)))]
    sectors += [entries, *(content for _, content in streams)]
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\xff"))
    for place, usual in {30: 9, 48: 1, 68: 0xFFFFFFFE, 72: 0, 76: 0}.items():
        size = 2 if place == 30 else 4
        number = replaced.get(f"at_{place}", usual)
        head[place : place + size] = number.to_bytes(size, "little")
    return bytes(head) + b"".join(sector.ljust(512, b"\0")[:512] for sector in sectors)


def fib(flags: int = 0) -> bytes:
    """Return the head of a Word document of 1997."""
    return struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x409, 0, flags) + b"\xff" * 500


TEXT = "application/vnd.oasis.opendocument.text"


def noise(letters: int) -> str:
    """Return letters that do not repeat, so that no packer makes little of them."""
    made = "".join(hash_of(at) for at in range(letters // 64 + 1))
    return made[:letters]


def hash_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


OFFICE: Files = {
    "styles_in_a_ring.docx": lambda: raw_word(
        '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:rPr><w:rStyle w:val="b"/></w:rPr>'
        "<w:t> </w:t></w:r></w:p>", {"styles": looped("paragraph")},
    ),
    "hidden_alone.docx": lambda: raw_word(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    ),
    "endless_span.docx": lambda: raw_word(
        f"<w:tbl><w:tr>{'<w:tc><w:tcPr><w:gridSpan w:val=%s/></w:tcPr><w:p/></w:tc>' * 99}</w:tr>"
        "</w:tbl>".replace("%s", '"99999"')
    ),
    "bomb.odt": lambda: raw_odt(f"<text:p>{'0' * 61_000_000}</text:p>"),
    "laughs.odt": lambda: raw_odt("", files={"content.xml": f"{LAUGHS}<x>&j;</x>".encode()}),
    "laughs_in_meta.odt": lambda: raw_odt("x", files={"meta.xml": f"{LAUGHS}<x/>".encode()}),
    "external_entity.odt": lambda: raw_odt("", files={
        "content.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    }),
    "password.odt": lambda: raw_odt("<text:p>x</text:p>", files={"META-INF/manifest.xml": (
        b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry>'
        b"<m:encryption-data/></m:file-entry></m:manifest>"
    )}),
    "no_text.odt": lambda: raw_odt("", files={"content.xml": b"<x/>"}),
    "deep.odt": lambda: raw_odt("".join(
        f"<text:section text:name='{hash_of(at)}'>" for at in range(2_000)
    ) + "</text:section>" * 2_000),
    "deep_pieces.odt": lambda: raw_odt(
        f"<text:p>{'<text:span>' * 240} {'</text:span>' * 240}</text:p>"
    ),
    "note_in_a_note.odt": lambda: raw_odt(
        f"<text:p>{'<text:note><text:note-body><text:p>' * 80}"
        f"{'</text:p></text:note-body></text:note>' * 80}</text:p>"
    ),
    "styles_in_a_ring.odt": lambda: raw_odt(
        '<text:p text:style-name="a"> </text:p>',
        styles="".join(
            f'<style:style style:name="{one}" style:family="paragraph" '
            f'style:parent-style-name="{other}"/>' for one, other in ("ab", "ba")
        ),
    ),
    "list_that_follows_itself.odt": lambda: raw_odt(
        '<text:list xml:id="a" text:continue-list="a"><text:list-item><text:p> </text:p>'
        "</text:list-item></text:list>", styles=list_style("a", (("1", "", "."),)),
    ),
    "size_that_lies.odt": lambda: claimed_size(raw_odt(f"<text:p>{noise(90_000)}</text:p>")),
    "marked_encrypted.odt": lambda: encrypted_flag(raw_odt("<text:p>x</text:p>")),
    "many_files.odt": lambda: raw_odt("<text:p>x</text:p>", files={
        f"a{at}.xml": b"<x/>" for at in range(2_100)
    }),
    "no_content.odt": lambda: archive({"mimetype": TEXT.encode()}, method=zipfile.ZIP_STORED),
    "empty_content.odt": lambda: raw_odt("", files={"content.xml": b""}),
    "words_for_content.odt": lambda: raw_odt("", files={"content.xml": b"1. Terms"}),
    "cut_content.odt": lambda: raw_odt("", files={"content.xml": b"<x><y>"}),
    "laughs_in_styles.odt": lambda: raw_odt("x", files={"styles.xml": f"{LAUGHS}<x/>".encode()}),
    "laughs_in_manifest.odt": lambda: raw_odt("x", files={
        "META-INF/manifest.xml": f"{LAUGHS}<x/>".encode()
    }),
    "deep_lists.odt": lambda: raw_odt(
        "<text:list><text:list-item>" * 120 + "</text:list-item></text:list>" * 120
    ),
    "endless_blanks.odt": lambda: raw_odt(in_cells(2_000_000_000)),
    "endless_cells.odt": lambda: raw_odt(
        "<table:table><table:table-row><table:table-cell table:number-columns-repeated='99999'>"
        f"{in_cells(9)}</table:table-cell></table:table-row></table:table>"
    ),
    "cut_short.odt": lambda: raw_odt("<text:p>x</text:p>")[:300],
    "spreadsheet.odt": lambda: archive({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"
    }, method=zipfile.ZIP_STORED),
    "word.odt": word,
    "deep.rtf": lambda: b"{\\rtf1" + b"{" * 1_000_000,
    "many_groups.rtf": lambda: b"{\\rtf1" + b"{}" * 300_000,
    "many_words.rtf": lambda: b"{\\rtf1" + b"\\b" * 6_000_000,
    "many_paragraphs.rtf": lambda: b"{\\rtf1 " + b"x\\par " * 60_000,
    "many_cells.rtf": lambda: b"{\\rtf1 " + b"\\trowd\\cellx9 \\intbl\\cell\\row" * 20_000,
    "many_notes.rtf": lambda: b"{\\rtf1 " + b"{\\footnote}" * 20_000,
    "many_lines.rtf": lambda: b"{\\rtf1 {\\v " + b"x\n" * 100_000 + b"}}",
    "deep_notes.rtf": lambda: b"{\\rtf1 " + b"{\\footnote" * 499,
    "deep_boxes.rtf": lambda: b"{\\rtf1 " + b"{\\shp{\\*\\shpinst{\\shptxt" * 160,
    "deep_pictures.rtf": lambda: b"{\\rtf1 {\\pict" + b"{" * 1_000_000,
    "no_such_letters.rtf": lambda: b"{\\rtf1\\ansicpg99999{\\fonttbl{\\f0\\cpg-1 A;}}\\f0 \\u32?}",
    "endless_number.rtf": lambda: b"{\\rtf1\\sb" + b"9" * 5_000_000 + b"}",
    "endless_word.rtf": lambda: b"{\\rtf1\\pict" + b"x" * 5_000_000 + b"}",
    "deleted_alone.rtf": lambda: b"{\\rtf1{\\deleted must}\\par}",
    "packed_picture.rtf": lambda: b"{\\rtf1{\\pict " + b"00" * 4_000_000 + b"}}",
    "endless_bytes.rtf": lambda: b"{\\rtf1 \\bin2000000000 x\\par}",
    "bytes_of_minus_one.rtf": lambda: b"{\\rtf1 " + b"\\bin-1 " * 9_000 + b"}",
    "endless_fallback.rtf": lambda: b"{\\rtf1 \\uc999999999 \\u32?" + b"x" * 9_000 + b"}",
    "fonts_alone.rtf": lambda: b"{\\rtf1{\\fonttbl" + b"{\\f1 Arial;}" * 30_000 + b"}}",
    "many_edges.rtf": lambda: (
        b"{\\rtf1 \\trowd" + b"\\cellx9" * 30_000 + b"\\cell" * 30_000 + b"\\row}"
    ),
    "hidden_alone.rtf": lambda: b"{\\rtf1{\\v secret}\\par}",
    "cut_short.rtf": lambda: b"{\\rtf1",
    "word.rtf": word,
    "nothing.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
    "password.doc": lambda: ole(("EncryptedPackage", b"x")),
    "encrypted.doc": lambda: ole(("WordDocument", fib(0x100))),
    "spreadsheet.doc": lambda: ole(("Workbook", b"x")),
    "many_streams.doc": lambda: ole(*((f"a{at}", b"x") for at in range(4))),
    "old_head.doc": lambda: ole(("WordDocument", b"\x9b\xa5" + b"\0" * 500)),
    "wide_sectors.doc": lambda: ole(("WordDocument", fib()), at_30=12),
    "no_head.doc": lambda: ole(("WordDocument", b"x")),
    "sectors_in_a_ring.doc": lambda: ole(("WordDocument", fib()), table={1: 2, 2: 1}),
    "table_in_a_ring.doc": lambda: ole(("WordDocument", fib()), at_68=2),
    "table_of_nothing.doc": lambda: ole(("WordDocument", fib()), at_76=0xFFFFFFFE),
    "endless_sectors.doc": lambda: ole(("WordDocument", fib()), at_30=60),
    "sectors_beyond.doc": lambda: ole(("WordDocument", fib()), at_48=0x7FFFFFFF),
    "cut_short.doc": lambda: ole(("WordDocument", fib()))[:1_200],
    "head_alone.doc": lambda: ole(("WordDocument", fib()), ("1Table", b"\xff" * 512)),
    "picture.doc": lambda: b"\x89PNG" + b"\0" * 99,
    "text.doc": lambda: b"1. Terms",
    "noise.doc": lambda: ole(("WordDocument", fib()), ("1Table", noise(512).encode())),
}  # fmt: skip
