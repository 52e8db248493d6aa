"""A PDF → what a person sees on its pages: pieces of words with their places, and drawn lines."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import nlargest

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import FaultKind
from index.formats.blocks import Blocks
from index.formats.document import MAX_PAGES, RefusedError
from index.formats.pdf_rows import HAN, Piece, Rule
from index.formats.pdf_text import Sheet, write_sheets

_FEWEST_LETTERS = 20  # a page of a scanned document shows fewer
_TINY = 3.0  # points; smaller type is not read
_WHITE = 225  # of 255; ink as light as this may lie on white paper
_CONTRAST = 24  # of 255; words that differ less from what is around them are not seen
_MOST_PICTURES = 100  # pages that are looked at as pictures
_MOST_COVERS = 50  # of them, the largest, under which words may lie
_MOST_DOTS = 300  # drawn dots of a page that may be bullets
_MOST_DRAWN = 5_000  # drawn things of a page that are looked at
_SOFT_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\xad": "-", "\xa0": " "})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f\u2060\ufeff\ufffe\uffff]")
_PRESENTED = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")  # ligatures, radicals
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_BOLD_WEIGHT = 600
_STROKED = 2  # mode of type whose letters are drawn thicker
_INVISIBLE = (3, 7)  # modes of type that leaves no ink


def read_pdf(data: bytes) -> Blocks:
    """Return what stands in a PDF without running headers, feet and page numbers."""
    document = _open(data)
    if len(document) > MAX_PAGES:
        raise RefusedError(FaultKind.PAGES, most=MAX_PAGES)
    pictures = iter(range(_MOST_PICTURES))
    sheets = [_Reader(document[number], pictures).read() for number in range(len(document))]
    letters = sum(len(piece.words) for sheet in sheets for group in sheet.groups for piece in group)
    if letters < _FEWEST_LETTERS * min(len(sheets), 5):
        raise RefusedError(FaultKind.SCANNED)
    return write_sheets(sheets)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
        if not len(document):
            raise RefusedError(FaultKind.NO_PAGES)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise RefusedError(FaultKind.ENCRYPTED) from error
        raise RefusedError(FaultKind.DAMAGED_PDF) from error
    return document


_Box = tuple[float, float, float, float]  # left, top, right, bottom, from the top left corner


@dataclass(frozen=True, slots=True)
class _Type:
    """How the letters of one text object are set.

    Attributes:
        depth: How many things of the page are drawn before it.
        size: In points.
        bold: Whether it is bold.
        seen: Whether it leaves ink.
        light: Whether its ink is nearly white.
        turn: Quarters by which its line is turned clockwise; -1 where it runs aslant.
    """

    depth: int
    size: float
    bold: bool
    seen: bool
    light: bool
    turn: int


@dataclass(frozen=True, slots=True)
class _Letters:
    """Neighbouring letters of one type, their box in points from the top left corner."""

    words: str
    box: _Box
    origin: tuple[float, float]
    type: _Type
    blank: bool


class _Reader:
    """Reads one page."""

    def __init__(self, page: pypdfium2.PdfPage, pictures: Iterator[int]) -> None:
        self._page = page
        self._pictures = pictures
        self._text = page.get_textpage()
        self._bounds = page.get_bbox()
        self._turn = page.get_rotation() // 90
        self._width, self._height = page.get_size()
        self._types: dict[int, _Type] = {}
        self._fonts: dict[int, bool] = {}
        self._depths: dict[int, int] = {}
        self._covers: list[tuple[int, _Box]] = []
        self._dots: list[_Box] = []
        self._rules: list[Rule] = []
        self._is_scan = False
        self._rectangle = pdfium.FS_RECTF()

    def read(self) -> Sheet:
        """Return what a person sees on the page."""
        self._look_at_drawn()
        letters = _without_doubles(self._letters())
        unseen = {id(one) for one in letters if one.type.size < _TINY}
        unseen |= {id(one) for one in letters if not one.type.seen and not self._is_scan}
        suspects = [one for one in letters if id(one) not in unseen and one.type.seen
                    and (one.type.light or self._may_be_covered(one))]  # fmt: skip
        if suspects and next(self._pictures, None) is not None:
            unseen |= self._unseen(suspects)
        self._text.close()
        self._page.close()
        seen = [one for one in letters if id(one) not in unseen]
        groups: dict[int, list[Piece]] = {}
        for at, (one, turn, base) in enumerate(_upright(seen)):
            groups.setdefault(turn, []).append(replace(self._piece(one, turn, base), order=at))
        aslant = [one for one in seen if one.type.turn < 0]
        groups.pop(-1, None)
        hidden = [one for one in letters if id(one) in unseen]
        pieces = groups.pop(0, [])
        return Sheet(
            pieces=pieces + self._bullets(pieces),
            turned=list(groups.values()),
            height=self._height,
            rules=self._rules,
            hidden=_spell(hidden),
            aslant=_spell(aslant),
        )

    def _letters(self) -> list[_Letters]:
        """Return the words of the page within its bounds, apart where their type changes."""
        text = self._characters()
        found = []
        for word in re.finditer(r"\S+", text):
            start, blank = word.start(), True
            types = [self._type_of(at) for at in range(word.start(), word.end())]
            for at in range(word.start() + 1, word.end() + 1):
                if at < word.end() and types[at - word.start()] is types[start - word.start()]:
                    continue
                one = self._run(text[start:at], start, at - 1, types[start - word.start()], blank)
                if one is not None:
                    found.append(one)
                start, blank = at, False
        return found

    def _characters(self) -> str:
        """Return one character for each place on the page, so that places and characters agree."""
        count = self._text.count_chars()
        text = str(self._text.get_text_range()) if count else ""
        if len(text) == count:
            return text
        # Signs beyond the first 65,536 take two places each.
        raw = self._text.raw
        return "".join(chr(pdfium.FPDFText_GetUnicode(raw, at) or 32) for at in range(count))

    def _run(
        self, words: str, first: int, last: int, kind: _Type | None, blank: bool
    ) -> _Letters | None:
        words = _CONTROL.sub("", words.translate(_SOFT_HYPHENS))
        words = _PRESENTED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)
        if kind is None or not words.strip():
            return None
        boxes = [self._box(at) for at in {first, last}]
        box = (min(b[0] for b in boxes), min(b[1] for b in boxes),
               max(b[2] for b in boxes), max(b[3] for b in boxes))  # fmt: skip
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._text.raw, first, x, y)
        is_inside = box[2] > 0 and box[0] < self._width and box[3] > 0 and box[1] < self._height
        origin = self._place(x.value, y.value)
        return _Letters(words.strip(), box, origin, kind, blank) if is_inside else None

    def _box(self, at: int) -> _Box:
        pdfium.FPDFText_GetLooseCharBox(self._text.raw, at, self._rectangle)
        box = self._rectangle
        return self._placed(box.left, box.bottom, box.right, box.top)

    def _placed(self, left: float, bottom: float, right: float, top: float) -> _Box:
        """Return a box of the file as the page is shown, from the top left corner."""
        (x, y), (other_x, other_y) = self._place(left, bottom), self._place(right, top)
        return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._bounds
        return ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom),
                (top - y, right - x))[self._turn]  # fmt: skip

    def _type_of(self, at: int) -> _Type | None:
        """Return how a letter is set; nothing for a sign that stands in no object."""
        found = pdfium.FPDFText_GetTextObject(self._text.raw, at)
        if not found:
            return None
        key = ctypes.addressof(found.contents)
        if key not in self._types:
            self._types[key] = self._read_type(found, at, key)
        return self._types[key]

    def _read_type(self, found: pdfium.FPDF_PAGEOBJECT, at: int, key: int) -> _Type:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text.raw, at, matrix)
        size = pdfium.FPDFText_GetFontSize(self._text.raw, at)
        size *= (matrix.c**2 + matrix.d**2) ** 0.5
        red, green, blue, ink = (ctypes.c_uint() for _ in range(4))
        has_ink = pdfium.FPDFPageObj_GetFillColor(found, red, green, blue, ink)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(found)
        return _Type(
            depth=self._depths.get(key, 0),
            size=size,
            bold=mode == _STROKED or self._is_bold(pdfium.FPDFTextObj_GetFont(found)),
            seen=mode not in _INVISIBLE and not (has_ink and ink.value < 10),
            light=bool(has_ink) and min(red.value, green.value, blue.value) >= _WHITE,
            turn=self._turned(matrix.a, matrix.b),
        )

    def _turned(self, along: float, up: float) -> int:
        """Return by how many quarters a line is turned clockwise, -1 for part of one."""
        if min(abs(along), abs(up)) > 0.15 * max(abs(along), abs(up)):
            return -1
        quarters = (0 if along > 0 else 2) if abs(along) >= abs(up) else (3 if up > 0 else 1)
        return (quarters + int(self._turn)) % 4

    def _is_bold(self, font: pdfium.FPDF_FONT) -> bool:
        key = ctypes.addressof(font.contents) if font else 0
        if key and key not in self._fonts:
            name = ctypes.create_string_buffer(200)
            pdfium.FPDFFont_GetBaseFontName(font, name, 200)
            is_named = _BOLD.search(name.value.decode("utf-8", "replace"))
            self._fonts[key] = bool(is_named) or pdfium.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
        return self._fonts.get(key, False)

    def _look_at_drawn(self) -> None:
        """Note the lines and dots that are drawn, what may cover words, and a picture of a page."""
        for at in range(min(pdfium.FPDFPage_CountObjects(self._page.raw), _MOST_DRAWN)):
            found = pdfium.FPDFPage_GetObject(self._page.raw, at)
            kind = pdfium.FPDFPageObj_GetType(found)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._depths[ctypes.addressof(found.contents)] = at
            elif kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
                sides = [ctypes.c_float() for _ in range(4)]
                pdfium.FPDFPageObj_GetBounds(found, *sides)
                self._add_drawn(found, kind, at, self._placed(*(side.value for side in sides)))
        self._covers = nlargest(_MOST_COVERS, self._covers, key=lambda cover: _area(cover[1]))

    def _add_drawn(self, found: pdfium.FPDF_PAGEOBJECT, kind: int, at: int, box: _Box) -> None:
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        is_picture = kind == pdfium.FPDF_PAGEOBJ_IMAGE
        if is_picture:
            self._is_scan |= _area(box) > 0.5 * self._width * self._height
        elif width > 20:
            self._rules += [(edge, left, right) for edge in sorted({top, bottom})]
        if not is_picture and not _is_filled(found):
            return
        if min(width, height) > 4:
            self._covers.append((at, box))
        if not is_picture and 1.5 < width < 8 and 0.8 * height < width < 1.25 * height:
            self._dots.append(box)

    def _bullets(self, pieces: list[Piece]) -> list[Piece]:
        """Return the dots that are drawn before words."""
        found = []
        for left, top, right, bottom in self._dots[:_MOST_DOTS]:
            for piece in pieces:
                is_beside = 0 < piece.left - right < 2 * piece.size
                if is_beside and piece.base - 0.9 * piece.size < top < bottom < piece.base:
                    found.append(replace(piece, words="•", left=left, right=right, blank=True))
                    break
        return found

    def _may_be_covered(self, one: _Letters) -> bool:
        left, top, right, bottom = one.box
        x, y = (left + right) / 2, (top + bottom) / 2
        return any(
            one.type.depth < depth and box[0] < x < box[2] and box[1] < y < box[3]
            for depth, box in self._covers
        )

    def _unseen(self, letters: list[_Letters]) -> set[int]:
        """Return the ids of letters of which nothing is to be seen in a picture of the page."""
        scale = min(1.0, 1_500 / max(self._width, self._height, 1))
        picture = self._page.render(scale=scale, grayscale=True)
        pixels, stride = bytes(picture.buffer), picture.stride
        unseen = set()
        for one in letters:
            left, top, right, bottom = (round(side * scale) for side in one.box)
            left, right = max(left, 0), min(max(right, left + 1), picture.width)
            rows = range(max(top, 0), min(max(bottom, top + 1), picture.height))
            box = b"".join(pixels[row * stride + left : row * stride + right] for row in rows)
            if box and max(box) - min(box) < _CONTRAST:
                unseen.add(id(one))
        picture.close()
        return unseen

    def _piece(self, one: _Letters, turn: int, base: float | None) -> Piece:
        """Return letters as a piece of a page that is turned until their line runs to the right.

        ``base`` is where the line of letters stands that run from the top down.
        """
        left, top, right, bottom = one.box
        x, y = one.origin
        start, end, own = (
            (left, right, y), (top, bottom, self._width - x),
            (self._width - right, self._width - left, self._height - y),
            (self._height - bottom, self._height - top, x),
        )[max(turn, 0)]  # fmt: skip
        stands = own if base is None else self._width - base
        return Piece(one.words, start, end, stands, one.type.size, one.type.bold, one.blank)


def _upright(letters: list[_Letters]) -> Iterator[tuple[_Letters, int, float | None]]:
    """Yield letters, by how many quarters their line is turned, and where a vertical one stands."""
    run: list[_Letters] = []
    has_strips = False
    for at, one in enumerate(letters, 1):
        run.append(one)
        if at < len(letters) and _stands_below(one, letters[at]):
            continue
        is_strip = len(run) > 3 or (len(run) > 1 and has_strips) or _is_strip(run[0])
        has_strips |= is_strip
        middles = sorted((each.box[0] + each.box[2]) / 2 for each in run)
        for each in run:
            yield (each, 1, middles[len(run) // 2]) if is_strip else (each, each.type.turn, None)
        run = []


def _stands_below(one: _Letters, after: _Letters) -> bool:
    """Return whether Chinese characters stand one below the other."""
    size = one.type.size
    down = (after.box[1] + after.box[3] - one.box[1] - one.box[3]) / 2
    aside = abs(after.box[0] + after.box[2] - one.box[0] - one.box[2]) / 2
    is_upright = one.type.turn == after.type.turn == 0 and len(one.words) == len(after.words) == 1
    return is_upright and 0.4 * size < down < 2 * size and aside < 0.6 * size


def _is_strip(one: _Letters) -> bool:
    left, top, right, bottom = one.box
    size = one.type.size
    return (
        len(one.words) > 1 and one.type.turn == 0 and right - left < 1.5 * size < bottom - top
        and bool(HAN.search(one.words))
    )  # fmt: skip


def _is_filled(path: pdfium.FPDF_PAGEOBJECT) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(fill.value)


def _area(box: _Box) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


def _spell(letters: list[_Letters]) -> str:
    return "".join(" " * one.blank + one.words for one in letters).strip()


def _without_doubles(letters: list[_Letters]) -> list[_Letters]:
    """Return letters without those that are drawn a second time in nearly the same place."""
    places: dict[str, list[_Letters]] = {}
    kept = []
    for one in letters:
        near = 0.3 * one.type.size
        before = places.setdefault(one.words, [])
        if any(
            abs(other.origin[0] - one.origin[0]) < near
            and abs(other.origin[1] - one.origin[1]) < near
            and other.type is not one.type
            for other in before[-50:]
        ):
            continue
        before.append(one)
        kept.append(one)
    return kept
