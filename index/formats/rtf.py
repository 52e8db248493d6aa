"""An RTF document → its words, with the numbers that its writer printed before its paragraphs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import replace

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import RefusedError
from index.formats.flow import MOST_COLUMNS, Item, LeftOut, left_out_in, words_in
from index.formats.flow_writer import write
from index.formats.rtf_flow import Edge, Flow, State, joined
from index.numerals import write_number
from index.segmentation.doubts import Aside

_TOKEN = re.compile(
    rb"\\([a-zA-Z]+)(-?[0-9]+)? ?"  # 1 and 2: a word and its number
    rb"|((?:\\'[0-9a-fA-F]{2})+)"  # 3: bytes
    rb"|\\(.)"  # 4: a sign
    rb"|([{}])"  # 5
    rb"|([^\\{}\r\n\x00]+)"  # 6: text
    rb"|[\r\n\x00]+|\\",
    re.DOTALL,
)
_UNREAD = (  # what begins a group of which nobody reads a word
    "colortbl info pict ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn xe tc tcn rxe nonshppict"
    " filetbl private fldinst listtable listoverridetable rsidtbl pntxta pntxtb upr shprslt"
    " nonesttables mmathPict sp sn sv"
)
_SKIPPED = frozenset(_UNREAD.split())
_MARGINS = frozenset(f"{place}{of}" for place in ("header", "footer") for of in ("", *"lrf"))
_READ = frozenset(("text", "note", "endnote", "margin", "box"))  # places with words to read
_NOTES = {"note": "decimal", "endnote": "lowerRoman"}
_STYLES = frozenset(("cs", "ds", "ts", "tsrowd"))  # of letters, sections, tables and their rows
_SIGNS = {
    "tab": " ", "line": "\n", "page": "\n", "column": "\n", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "qmspace": " ", "~": "\xa0", "_": "-",
    "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip
_CODECS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SYMBOLS = 2  # the set of a font of signs
_DIGITS = 11  # of a number, its sign too; more say nothing
_DEEPEST = 500  # groups within groups


def read_rtf(data: bytes) -> Blocks:
    """Return the blocks of a document: headings, printed numbers, tables."""
    reader = _Reader()
    reader.read(data)
    content = reader.content()
    blocks = Blocks(source=joined(reader.source))
    write(content, blocks)
    return blocks


class _Reader:
    """Reads one document, group by group."""

    def __init__(self) -> None:
        self._text = Flow()
        self._state = State(self._text)
        self._groups: list[State] = []
        self._margins: list[Item] = []
        self._bytes = bytearray()  # of words that are not decoded yet
        self._is_starred = False
        self._to_skip = 0  # characters after one that was told in Unicode
        self._codec = "cp1252"
        self._codecs: dict[int, str] = {}  # by font; empty for a font of signs
        self._font = 0
        self._styles: dict[int, str] = {}
        self._notes = {"decimal": 0, "lowerRoman": 0}  # footnotes and endnotes, by their numbers
        self._is_marked = False  # whether a number stands where the next note begins
        self._merged = [False, False]  # whether the next cell goes on from left, from above
        self.source: list[str] = []

    def content(self) -> list[Item]:
        """Return what was read, the heads and feet of pages first."""
        state = self._state
        return [*self._margins, *self._text.close(state, self._style(state))]

    def read(self, data: bytes) -> None:
        """Read a document to its end, or to that of what there is of it."""
        at = 0
        while at < len(data) and (found := _TOKEN.match(data, at)) is not None:
            word, number, packed, sign, brace, text = found.groups()
            value = None if number is None else int(number[:_DIGITS])
            at = found.end() + (max(value or 0, 0) if word == b"bin" else 0)
            if packed:
                self._add_bytes(bytes.fromhex(packed.decode().replace("\\'", "")))
            elif text:
                self._add_bytes(text)
            elif brace:
                self._flush()
                self._open() if brace == b"{" else self._close()
            elif word or sign:
                self._flush()
                self._do((word or sign).decode("latin-1"), value)
        self._flush()
        while self._groups:
            self._close()

    # Groups

    def _open(self) -> None:
        if len(self._groups) == _DEEPEST:
            raise RefusedError(FaultKind.NESTED)
        self._to_skip = 0
        self._groups.append(replace(self._state))

    def _close(self) -> None:
        if not self._groups:
            return
        inner, self._state = self._state, self._groups.pop()
        self._to_skip, self._is_starred = 0, False
        if inner.flow is not self._state.flow:
            items = inner.flow.close(inner, self._style(inner))
            self._end_flow(inner, items)

    def _end_flow(self, inner: State, items: list[Item]) -> None:
        """Put what a group held that does not stand in the line."""
        self.source.append("\n")
        outer, words, hidden = self._state.flow, words_in(items), list(left_out_in(items))
        if inner.place == "margin":
            self._margins += [LeftOut(words, Aside.RUNNING), *hidden]
        elif self._state.is_hidden:
            outer.hidden += [f" {words} ", *(f"{item.words} " for item in hidden)]
        elif inner.place in _NOTES:
            mark = self._mark(_NOTES[inner.place]) if self._is_marked else ""
            self._put(mark)
            outer.notes.append(f"{mark} {words}".strip())
            outer.boxes += hidden
        else:
            outer.boxes += items
        self._is_marked = False

    def _mark(self, numbers: str) -> str:
        self._notes[numbers] += 1
        return f"[{write_number(self._notes[numbers], numbers)}]"

    def _enter(self, word: str) -> bool:
        """Begin what a group says that it is; return whether it says so."""
        state, starred, self._is_starred = self._state, self._is_starred, False
        if state.place in ("skip", "shape") and word not in ("shptxt", "dptxbxtext"):
            return True
        if word in ("listtext", "pntext"):
            state.place = "label" if state.flow.begins_label(state, self._style(state)) else "skip"
        elif word in ("fonttbl", "stylesheet"):
            state.place = "fonts" if word == "fonttbl" else "styles"
        elif word in ("shpinst", "do"):
            state.place = "shape"
        elif word in ("footnote", "shptxt", "dptxbxtext") or word in _MARGINS:
            if state.place == "skip" or state.is_deleted:
                state.place = "skip"
                return True
            self.source.append("\n")
            place = {"footnote": "note"}.get(word, "margin" if word in _MARGINS else "box")
            self._state = State(Flow(), place, font=state.font, fallback=state.fallback)
        elif word in _SKIPPED or (starred and word not in _STYLES):
            state.place = "skip"
        else:
            return False
        return True

    # Words and signs

    def _do(self, word: str, number: int | None) -> None:
        """Do what a control word says."""
        if self._to_skip and not word.isalpha():
            self._to_skip -= 1
        elif word == "*":
            self._is_starred = True
        elif not self._enter(word):
            if word == "u":
                self._put(chr((number or 0) % 0x10000))
                self._to_skip = self._state.fallback
            elif word in _ACTIONS:
                _ACTIONS[word](self, number)
            elif word in _SIGNS:
                self._put(_SIGNS[word])

    def _add_bytes(self, found: bytes) -> None:
        self._is_starred = False
        skipped = min(self._to_skip, len(found))
        self._to_skip -= skipped
        if self._state.place not in ("skip", "shape"):
            self._bytes += found[skipped:]

    def _flush(self) -> None:
        """Put the bytes that wait, decoded as their font says."""
        if not self._bytes:
            return
        found = bytes(self._bytes)
        self._bytes.clear()
        codec = self._codecs.get(self._state.font, self._codec)
        if codec:
            self._put(found.decode(codec, "replace"))
        else:
            self._put("".join(chr(0xF000 + byte) if byte > 31 else " " for byte in found))

    def _put(self, words: str) -> None:
        state = self._state
        if state.place == "styles":
            self._styles[state.style] = self._styles.get(state.style, "") + words
        elif state.place == "label":
            state.flow.label.append(words)
        elif state.place in _READ and not state.is_deleted:
            self.source.append(words)
            state.flow.put(words, state)

    def _style(self, state: State) -> str:
        return self._styles.get(state.style, "").strip().rstrip(";")

    # What control words do

    def _end_paragraph(self, _: int | None) -> None:
        if self._state.place != "label":
            self.source.append("\n")
            self._state.flow.end_paragraph(self._state, self._style(self._state))

    def _end_cell(self, _: int | None) -> None:
        self.source.append("\n")
        state = replace(self._state, in_table=True)
        state.flow.end_paragraph(state, self._style(state))
        state.flow.end_cell()

    def _end_row(self, _: int | None) -> None:
        self._state.flow.end_row()

    def _begin_row(self, _: int | None) -> None:
        self._state.flow.edges, self._state.flow.left = [], 0
        self._merged = [False, False]

    def _end_edge(self, number: int | None) -> None:
        if len(self._state.flow.edges) < MOST_COLUMNS:
            from_left, from_above = self._merged
            self._state.flow.edges.append(Edge(number or 0, from_left, from_above))
        self._merged = [False, False]

    def _set_left(self, number: int | None) -> None:
        self._state.flow.left = number or 0

    def _merge(self, side: int) -> None:
        self._merged[side] = True

    def _begin_plain_paragraph(self, _: int | None) -> None:
        self._state.style = self._state.outline = self._state.level = 0
        self._state.in_table = False

    def _name_other_style(self, _: int | None) -> None:
        """Keep the names of styles of letters and sections apart from those of paragraphs."""
        if self._state.place == "styles":
            self._state.style = -1

    def _begin_plain_letters(self, _: int | None) -> None:
        state = self._state
        state.is_hidden = state.is_deleted = state.is_bold = False
        state.font = self._font

    def _add_mark(self, _: int | None) -> None:
        """Note that a number stands before a note; the note itself begins with it again."""
        if self._state.place not in _NOTES:
            self._is_marked = True

    def _end_with_the_text(self, _: int | None) -> None:
        """Make a footnote an endnote, which has numbers of its own."""
        if self._state.place == "note":
            self._state.place = "endnote"

    def _set_outline(self, number: int | None) -> None:
        self._state.outline = 0 if number is None or number > 8 else number + 1

    def _set_codec(self, number: int | None) -> None:
        name = {936: "gbk", 10000: "mac_roman", 65001: "utf-8"}.get(number or 0, f"cp{number}")
        try:
            codecs.lookup(name)
        except LookupError:
            return
        if self._state.place == "fonts":
            self._codecs[self._state.font] = name
        else:
            self._codec = name

    def _set_charset(self, number: int | None) -> None:
        if self._state.place == "fonts" and number is not None and number != 1:
            self._codecs[self._state.font] = (
                "" if number == _SYMBOLS else _CODECS.get(number, self._codec)
            )

    def _set_default_font(self, number: int | None) -> None:
        self._font = self._state.font = number or 0


def _sets(name: str, otherwise: int) -> Callable[[_Reader, int | None], None]:
    """Return what sets a number of the state to that of a control word."""

    def act(reader: _Reader, number: int | None) -> None:
        setattr(reader._state, name, otherwise if number is None else number)

    return act


def _switches(name: str) -> Callable[[_Reader, int | None], None]:
    """Return what switches something on, or off with the number 0."""

    def act(reader: _Reader, number: int | None) -> None:
        setattr(reader._state, name, number != 0)

    return act


_ACTIONS: dict[str, Callable[[_Reader, int | None], None]] = {
    "par": _Reader._end_paragraph, "sect": _Reader._end_paragraph,
    "nestcell": _Reader._end_paragraph, "cell": _Reader._end_cell, "row": _Reader._end_row,
    "trowd": _Reader._begin_row, "cellx": _Reader._end_edge, "trleft": _Reader._set_left,
    "clmrg": lambda reader, _: reader._merge(0), "clvmrg": lambda reader, _: reader._merge(1),
    "pard": _Reader._begin_plain_paragraph, "plain": _Reader._begin_plain_letters,
    "cs": _Reader._name_other_style, "ds": _Reader._name_other_style,
    "ts": _Reader._name_other_style, "chftn": _Reader._add_mark,
    "ftnalt": _Reader._end_with_the_text, "outlinelevel": _Reader._set_outline,
    "ansicpg": _Reader._set_codec, "cpg": _Reader._set_codec, "fcharset": _Reader._set_charset,
    "deff": _Reader._set_default_font,
    "mac": lambda reader, _: reader._set_codec(10000), "\n": _Reader._end_paragraph,
    "pc": lambda reader, _: reader._set_codec(437), "\r": _Reader._end_paragraph,
    "pca": lambda reader, _: reader._set_codec(850),
    "f": _sets("font", 0), "s": _sets("style", 0), "ilvl": _sets("level", 0),
    "uc": _sets("fallback", 1), "v": _switches("is_hidden"), "deleted": _switches("is_deleted"),
    "mvf": _switches("is_deleted"), "b": _switches("is_bold"), "intbl": _switches("in_table"),
}  # fmt: skip
