"""An agreement as an OpenDocument text, which counts its numbers, and as RTF, which prints them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from tests.samples.parts import Part

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
    for name, of in {
        **{name: name for name in ("office", "style", "text", "table", "manifest")},
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)
_FORMAT = "application/vnd.oasis.opendocument.text"
# Family of labels → its list and level from 1; decimals are written out.
_PLACES = {"article": ("A", 1), "top": ("T", 1), "round": ("T", 2), "letter": ("T", 3),
           "entry": ("E", 1), "closed": ("C", 1)}  # fmt: skip
_LISTS = {
    "A": (("一, 二, 三, ...", "第", "条"),),
    "T": (("1", "", "、"), ("1", "（", "）"), ("a", "", ")")),
    "E": (("1", "(", ")"),),
    "C": (("1", "", ")"),),
}
_HEADER = "某平台 法律文件"


def raw_odt(
    body: str, *, styles: str = "", common: str = "", files: Mapping[str, bytes] = {}
) -> bytes:
    """Return the bytes of a document of the XML given, with other files where they are named."""
    common = f"<office:document-styles {_NAMES}>{common}</office:document-styles>"
    found: Mapping[str, bytes] = {
        "mimetype": _FORMAT.encode(),
        "content.xml": f"<office:document-content {_NAMES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>".encode(),
        "styles.xml": common.encode(),
        **files,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in found.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(name, data, method)
    return made.getvalue()


def list_style(name: str, levels: tuple[tuple[str, str, str], ...]) -> str:
    """Return a style of lists: of each level the format, and what is printed around it."""
    inner = "".join(
        f'<text:list-level-style-number text:level="{at}" style:num-format="{style}" '
        f'style:num-prefix="{before}" style:num-suffix="{after}"/>'
        for at, (style, before, after) in enumerate(levels, start=1)
    )
    return f'<text:list-style style:name="{name}">{inner}</text:list-style>'


def write_odt(parts: list[Part]) -> bytes:
    """Return the bytes of an OpenDocument text."""
    header = (
        f"<office:master-styles><style:master-page><style:header><text:p>{_HEADER}</text:p>"
        "</style:header></style:master-page></office:master-styles>"
    )
    styles = "".join(list_style(name, levels) for name, levels in _LISTS.items())
    return raw_odt("".join(map(_odt_part, parts)), styles=styles, common=header)


def _odt_part(part: Part) -> str:
    name, depth = _PLACES.get(part.style, ("", 0))
    tag = f'h text:outline-level="{part.heading}"' if part.heading else "p"
    words = part.words if name else part.line
    inner = f"<text:{tag}>{_escaped(words)}</text:{tag[0]}>"
    for at in range(depth, 0, -1):
        start = f' text:start-value="{part.path[-1]}"' if at == depth else ""
        inner = f"<text:list-item{start}>{inner}</text:list-item>"
        inner = f"<text:list>{inner}</text:list>" if at > 1 else inner
    return f'<text:list text:style-name="{name}">{inner}</text:list>' if name else inner


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


def write_rtf(parts: list[Part]) -> bytes:
    """Return the bytes of an RTF document, its words in GBK and, here and there, in Unicode."""
    head = (
        r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}}"
        r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\outlinelevel1 heading 2;}}"
        rf"{{\header {_HEADER}\par}}"
    )
    body = "".join(map(_rtf_part, parts))
    return _in_bytes(f"{head}{body}}}")


def _rtf_part(part: Part) -> str:
    outline = rf"\s{part.heading}\outlinelevel{part.heading - 1}" if part.heading else r"\s0"
    label = rf"{{\listtext\f0 {part.label}\tab}}" if part.label else ""
    words = part.words.replace("\\", r"\\").replace("{", r"\{").replace("}", r"\}")
    return rf"{{\pard\plain {outline} {label}{words}\par}}" + "\n"


def _in_bytes(text: str) -> bytes:
    made = []
    for at, sign in enumerate(text):
        code = ord(sign) - 0x10000 * (ord(sign) > 0x7FFF)
        packed = sign.encode("gbk", "ignore")
        if sign.isascii():
            made.append(sign)
        elif at % 5 and packed:
            made.append("".join(f"\\'{byte:02x}" for byte in packed))
        else:
            made.append(f"\\u{code}?")
    return "".join(made).encode()
