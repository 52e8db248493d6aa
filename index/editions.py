"""Editions of one agreement: which agreements are former words of another, and how they are named.

Two files are editions of one agreement where their names differ by a date, a version or a word
such as ``old`` alone, their parties and the name that they speak of most do not differ, and their
words are alike; dates and versions
say which is newer. What differs by another word, such as ``eu`` and ``us``, is not taken for
one: a person may state it by ``edition_of`` in the ``.toml``, and deny it by an empty text there.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product

from index.agreement import Agreement
from index.errors import Fault, FaultKind
from index.numerals import HAN, read_han
from index.text import normalise

LIKE = 0.25  # share of common words, see ``_Sketch``, from which two of one title are editions
LIKE_RENAMED = 0.5  # the same where their titles differ
NEARLY_SAME = 0.6  # from which two of one title, but of other file names, are worth a look
_MOST_ALIKE = 3  # agreements of one title of which that is said; more are of one template
_SIZE = 400  # numbers kept of a text's words
_EDGE = 4_000  # characters at each end of a text in which it says since when it holds

Date = tuple[int, ...]  # year, month and day, or the first of them

_YEAR, _MONTH = r"(?:19[89]\d|20[0-4]\d)", r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME, _TH = rf"({'|'.join(_NAMES)})[a-z]*\.?", r"(?:st|nd|rd|th)?"
_DATES = (  # each with the places of year, month and day among its groups
    (re.compile(rf"(?<![\d.])({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)"), (1, 2, 3)),
    (re.compile(rf"(?<!\d)({_MONTH})/({_DAY})/({_YEAR})(?!\d)"), (3, 1, 2)),
    (re.compile(rf"(?<![\d.])({_DAY}){_TH}[ -]+(?:of )?{_NAME}[ -]*({_YEAR})(?!\d)"), (3, 2, 1)),
    (re.compile(rf"(?<![a-z]){_NAME}[ -]*(?:({_DAY}){_TH},?[ -]+)?({_YEAR})(?!\d)"), (3, 1, 2)),
    (
        re.compile(
            rf"(?<![\d.])({_YEAR})(?: ?[-./年 ] ?({_MONTH})(?!\d)(?: ?[-./月 ] ?({_DAY})(?!\d))?)?"
            r"(?!\d)[年月日]?"
        ),
        (1, 2, 3),
    ),
)
_HOLDS = re.compile(  # words that stand beside the date from which a text holds
    r"effective|in force|updated?\b|modified|revised|revision|version|edition|date of"
    r"|生效|更新|修订|修改|发布|公布|版本|施行|实施"
)
_AROUND = 40  # characters between such a word and its date
_LINE = 100  # characters of a first line
_TOP = 200  # characters of a text in which a date needs no such word
_NUMBER = re.compile(
    r"(?:(?<![a-z])(?:version|revision|edition|ver|rev|ed|v)[ .]?|版本|第)"
    r"(\d{1,3}(?:\.\d{1,3})*)(?!\d)[版稿]?"
    r"|(?<![\d.])(\d{1,3}(?:\.\d{1,3})+)(?![\d.])[版稿]?|(?<!\d)(\d{1,3})[版稿]"
)
_HAN_YEAR = re.compile(rf"[{HAN}]{{4}}(?=年)")
_RANKS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINAL = re.compile(
    rf"(?<![a-z0-9])(?:({'|'.join(_RANKS)})|(\d{{1,2}}){_TH})[ -]+(?:edition|version|revision)"
    rf"|第([{HAN}]{{1,3}})(?:版|稿|次修[订正改][版稿]?)"
)
_OLDER = re.compile(
    r"(?<![a-z])(?:old|former|previous|prev|archived?|superseded|obsolete|draft)(?![a-z])"
    r"|旧[版稿]?|历史版本?|原版|作废|初[版稿]|试行版?|草案|征求意见稿"
)
_NEWER = re.compile(
    r"(?<![a-z])(?:new|current|latest|final|updated?|revised|amended)(?![a-z])"
    r"|最新版?|现行版?|新[版稿]|更新|修[订正改][版稿]?|改版|正式版?|定稿|终[版稿]"
)
_PLAIN = re.compile(r"(?<![a-z])(?:version|edition|copy|dated|effective)(?![a-z])|副本|版本?|生效")
_COPY = re.compile(r"\(\d{1,2}\)\s*$")  # as a browser calls what was downloaded again
_SIGNS = re.compile(r"[\W_]+")
_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")
_CAPITAL = re.compile(r"(?<=[a-z,;] )[A-Z][A-Za-z]+")  # which begins no sentence


@dataclass(frozen=True)
class _Sketch:
    """What an agreement is compared by; its text is looked at when it first is.

    Attributes:
        stem: Its id without dates, versions and words such as ``old``.
        title: Its title, likewise.
        named: The date in its id, if there is one.
        stated: The date that is stated as its version, if there is one.
        number: Of the version, in its parts; empty for none stated.
        age: -1 for one called old, 1 for one called new, 0 for others.
        text: Its text.
    """

    stem: str
    title: str
    named: tuple[Date, ...]
    stated: tuple[Date, ...]
    number: tuple[int, ...]
    age: int
    text: str

    @cached_property
    def dates(self) -> tuple[Date, ...]:
        """Those of the id, of the text, and of the stated version, as far as there are any."""
        return (*self.named, *_dates_of_text(self.text), *self.stated)

    @cached_property
    def words(self) -> frozenset[int]:
        """The smallest numbers that its runs of three words come to."""
        return _hash_words(self.text)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Its words, in small letters."""
        return frozenset(_TOKEN.findall(self.text.lower()))

    @cached_property
    def chief(self) -> frozenset[str]:
        """The word, or words, written like a name that it says most often, and more than once."""
        names = set(_CAPITAL.findall(self.text))
        counts = Counter(word for word in _LATIN.findall(self.text) if word in names)
        most = max(counts.values(), default=0)
        return frozenset(word.lower() for word, count in counts.items() if count == most > 1)

    @property
    def name(self) -> str:
        """What tells the edition from others: its date, or its version; may be empty."""
        if self.dates:
            return "-".join(f"{part:02}" for part in self.dates[0])
        return f"v{'.'.join(map(str, self.number))}" if self.number else ""

    def names_another(self, other: _Sketch) -> bool:
        """Tell whether each speaks most of a name that the other does not know."""
        is_named = bool(self.chief and other.chief)
        return is_named and not (self.chief & other.tokens or other.chief & self.tokens)

    def likeness(self, other: _Sketch) -> float:
        """Estimate the share of all runs of three words that both texts have, 0..1."""
        least = sorted(self.words | other.words)[:_SIZE]
        return sum(at in self.words and at in other.words for at in least) / max(len(least), 1)


def join_editions(
    agreements: Sequence[Agreement],
) -> tuple[tuple[Agreement, ...], Mapping[str, list[Fault]]]:
    """Return the agreements, the editions among them marked, and what is to be said of some.

    A former edition has in ``edition_of`` the id of the agreement that is in force in its place;
    one that is stated to be the edition of none that there is, is in force.
    """
    sketches = {agreement.id: _sketch(agreement) for agreement in agreements}
    newer: dict[str, str] = {}
    notes: defaultdict[str, list[Fault]] = defaultdict(list)
    for agreement in agreements:
        if agreement.edition_of in sketches:
            newer[agreement.id] = agreement.edition_of
        elif agreement.edition_of:
            fault = Fault.of(FaultKind.NO_EDITION, other=agreement.edition_of)
            notes[agreement.id].append(fault)
    _recognise([one for one in agreements if one.edition_of is None], sketches, newer, notes)
    marked = tuple(_mark(agreement, newer, sketches[agreement.id]) for agreement in agreements)
    for agreement in marked:
        if agreement.edition_of in sketches:
            fault = Fault.of(FaultKind.EDITION, other=agreement.edition_of)
            notes[agreement.id].append(fault)
    return marked, notes


def _recognise(
    agreements: Sequence[Agreement],
    sketches: Mapping[str, _Sketch],
    newer: dict[str, str],
    notes: defaultdict[str, list[Fault]],
) -> None:
    """Add to ``newer`` which agreements are followed by which, and to ``notes`` what is unsure."""
    for one, other in _pairs(agreements, sketches, "stem"):
        if not _are_alike(one, other, sketches):
            continue
        order = _compare(sketches[one.id], sketches[other.id])
        older, later = (one.id, other.id) if order < 0 else (other.id, one.id)
        if not order:
            notes[other.id].append(Fault.of(FaultKind.WHICH_EDITION, other=one.id))
        elif older not in newer or _compare(sketches[newer[older]], sketches[later]) < 0:
            newer[older] = later
    in_force = [agreement for agreement in agreements if agreement.id not in newer]
    for one, other in _pairs(in_force, sketches, "title", _MOST_ALIKE):
        mine, its = sketches[one.id], sketches[other.id]
        may_be = mine.stem != its.stem and not _are_of_others(one, other, sketches)
        if may_be and not notes[other.id] and mine.likeness(its) >= NEARLY_SAME:
            notes[other.id].append(Fault.of(FaultKind.MAYBE_EDITION, other=one.id))


def _pairs(
    agreements: Sequence[Agreement],
    sketches: Mapping[str, _Sketch],
    key: str,
    most: int | None = None,
) -> Iterator[tuple[Agreement, Agreement]]:
    """Yield each two agreements of one language and one stem, or title, of groups up to a size."""
    groups: defaultdict[tuple[str, str], list[Agreement]] = defaultdict(list)
    for agreement in agreements:
        groups[agreement.language, getattr(sketches[agreement.id], key)].append(agreement)
    for group in groups.values():
        if most is None or len(group) <= most:
            yield from combinations(group, 2)


def _are_alike(one: Agreement, other: Agreement, sketches: Mapping[str, _Sketch]) -> bool:
    mine, its = sketches[one.id], sketches[other.id]
    if _are_of_others(one, other, sketches):
        return False
    is_renamed = mine.title != its.title
    if is_renamed and not mine.stem:  # the files are called by their dates alone
        return False
    return mine.likeness(its) >= (LIKE_RENAMED if is_renamed else LIKE)


def _are_of_others(one: Agreement, other: Agreement, sketches: Mapping[str, _Sketch]) -> bool:
    """Tell whether two have other parties, or speak most of other names.

    Acme and Acme Ltd. are one party.
    """
    if sketches[one.id].names_another(sketches[other.id]):
        return True
    mine, its = (normalise(party).removeprefix("the ") for party in (one.party, other.party))
    if not mine or not its or mine in its or its in mine:
        return False
    shared = {normalise(name) for name in one.aliases} & {normalise(n) for n in other.aliases}
    return not shared and mine.split()[0] != its.split()[0]


def _mark(agreement: Agreement, newer: Mapping[str, str], sketch: _Sketch) -> Agreement:
    """Return an agreement as the edition that it is; in a circle of editions all are in force."""
    last = agreement.id
    for _ in newer:
        last = newer.get(last, last)
    is_former = last != agreement.id and last not in newer
    if not (is_former or agreement.edition_of or agreement.id in newer.values()):
        return agreement
    return replace(agreement, edition_of=last if is_former else None, edition=sketch.name)


def _sketch(agreement: Agreement) -> _Sketch:
    stem, dates, number, age = _read_name(agreement.id)
    title, _, title_number, title_age = _read_name(agreement.title)
    _, stated, stated_number, _ = _read_name(agreement.version)
    _, _, said_number, said_age = _read_name(_first_line(agreement.text))
    return _Sketch(
        stem=stem,
        title=title,
        named=dates,
        stated=stated,
        number=number or title_number or stated_number or said_number,
        age=age or title_age or said_age,
        text=agreement.text,
    )


def _first_line(text: str) -> str:
    """Return how a text begins, where it may say more of itself than its title keeps."""
    return text.lstrip()[:_LINE].partition("\n")[0]


def _read_name(name: str) -> tuple[str, tuple[Date, ...], tuple[int, ...], int]:
    """Return a name without what tells editions apart, and that: date, version, old or new."""
    plain = _COPY.sub("", normalise(name).replace("_", " "))
    rest = _ORDINAL.sub(_to_version, _HAN_YEAR.sub(lambda year: str(read_han(year[0])), plain))
    dates = []
    for pattern, places in _DATES:
        for found in pattern.finditer(rest):
            dates.append(_to_date(found, places))
        rest = pattern.sub(" ", rest)
    numbers = [next(filter(None, found)) for found in _NUMBER.findall(rest)]
    rest = _NUMBER.sub(" ", rest)
    age = (_NEWER.search(rest) is not None) - (_OLDER.search(rest) is not None)
    for words in (_OLDER, _NEWER, _PLAIN, _SIGNS):
        rest = words.sub(" ", rest)
    number = tuple(map(int, numbers[0].split("."))) if numbers else ()
    return " ".join(rest.split()), tuple(dates[:1]), number, age


def _to_version(ordinal: re.Match[str]) -> str:
    """Return which edition an ordinal says, as versions are written."""
    rank, digits, han = ordinal.groups()
    return f" v{_RANKS.index(rank) + 1 if rank else digits or read_han(han)} "


def _dates_of_text(text: str) -> tuple[Date, ...]:
    """Return the latest date from which a text says that it holds, if it says so."""
    edges = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
    words = normalise(edges)
    found = [
        _to_date(match, places)
        for pattern, places in _DATES
        for match in pattern.finditer(words)
        if match.start() < _TOP
        or _HOLDS.search(words[max(0, match.start() - _AROUND) : match.end() + _AROUND])
    ]
    return (max(found),) if found else ()


def _to_date(found: re.Match[str], places: tuple[int, int, int]) -> Date:
    year, month, day = (found[place] for place in places)
    if not month:
        return (int(year),)
    number = int(month) if month.isdigit() else _NAMES.index(month) + 1
    return (int(year), number, int(day)) if day else (int(year), number)


def _hash_words(text: str) -> frozenset[int]:
    tokens = _TOKEN.findall(text.lower())
    runs = {" ".join(tokens[at : at + 3]) for at in range(max(1, len(tokens) - 2))}
    return frozenset(sorted(zlib.crc32(run.encode()) for run in runs)[:_SIZE])


def _compare(one: _Sketch, other: _Sketch) -> int:
    """Return -1 where the first is the older edition, 1 where the other is, 0 for unknown."""
    for mine, its in product(one.dates, other.dates):
        shared = min(len(mine), len(its))
        if mine[:shared] != its[:shared]:
            return -1 if mine < its else 1
    first = (1,)  # what a file without a version beside one with a later one is
    mine, its = one.number or first, other.number or first
    if mine != its:
        return -1 if mine < its else 1
    return (one.age > other.age) - (one.age < other.age)


_WORD = r"(?:version|edition|terms|agreement|policy|conditions|rules|text)s?"
_OF = rf"(?:\w+ ){{0,2}}?{_WORD}"
_OF_HAN = "(?:版|协议|条款|政策|规定)"
_FORMER = re.compile(
    rf"(?<![a-z])(?:old|older|former|previous|earlier|last) {_OF}"
    r"|[旧老]版|上一?版|以前的(?:版|协议|条款)"
)


def choose_editions(
    text: str, named: Sequence[str], agreements: Sequence[Agreement]
) -> tuple[str, ...]:
    """Return which of the named agreements a normalised text means: those in force, or editions.

    A former edition is meant where the text says its id, its date or version, or that it is
    former; without a named agreement, that alone names it.
    """
    editions = [
        agreement
        for agreement in agreements
        if agreement.edition or (agreement.edition_of and (not named or agreement.id in named))
    ]
    asked = tuple(agreement.id for agreement in editions if _is_asked(agreement, text))
    former = {agreement.id for agreement in editions if agreement.edition_of}
    if former.intersection(asked):
        return asked
    return tuple(name for name in named if name not in former) or tuple(named)


def _is_asked(agreement: Agreement, text: str) -> bool:
    if agreement.edition_of and _FORMER.search(text):
        return True
    said, name = f" {_SIGNS.sub(' ', text)} ", _SIGNS.sub(" ", normalise(agreement.id))
    if agreement.edition_of and f" {name} " in said and _read_name(name)[0] != name:
        return True
    if agreement.edition.startswith("v"):
        number = re.escape(agreement.edition[1:])
        pattern = rf"(?:v|version|edition|第|版本) ?{number}(?![\d.])|(?<![\d.]){number}版"
    else:
        year = agreement.edition[:4]
        pattern = (
            rf"{year}(?!\d) {_OF}|{_OF} (?:(?:of|from|in|dated|for) )?(?:\w+ )?{year}(?!\d)"
            rf"|{year}年?.{{0,8}}{_OF_HAN}"
        )
    return bool(agreement.edition and re.search(pattern, text))
