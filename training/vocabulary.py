"""Texts → the ordinary words of English and Chinese that a name of a company is told from.

    python -m training.vocabulary --data DIR [--out index/vocabulary.txt.gz]

``DIR`` is the folder of data files that the models are made of (``sources.py``) with agreements
under ``agreements/``. Only word forms that many texts share come out of it, no sentence:

- English words that several sources write small, at least as often as with a capital or in other
  forms as well;
- proper names that belong to no company: capitals in the glosses of the dictionary CC-CEDICT,
  but for glosses that speak of a company and for what is the name of a web address;
- Chinese characters that are often words by themselves, and words of two to four: CC-CEDICT's, but
  for companies and for names that are not of places or days, and what jieba cuts from the texts,
  but for what either calls a name.

A word that hardly any agreement says, and if it is Chinese no question about one
(``data/judged.jsonl``), is marked with ``SELDOM`` behind it: written as a name, it is one.

wordfreq would give counts of words, but is no longer kept, brings 60 MB, and counts names
like words; what is needed here is which is which.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jieba

from index.text import normalise
from index.vocabulary import FILE, SELDOM
from training.data import Collection, read_collection
from training.errors import TrainingError
from training.judged import read_judged
from training.sources import Kind

_ROWS = 20_000  # of each source
_SOURCES = 2  # in which a word is seen at least
_TIMES = 3  # seen in all
_AGREEMENTS = 4  # that write a word in capitals: GDPR, VAT
_SAID = 3  # agreements that make a word one by writing it small, and no seldom one: majeure
_JUDGED = Path(__file__).parent / "data" / "judged.jsonl"
_LONGEST = 4  # characters of a Chinese word
_ALONE = 200  # times that a Chinese character is seen as a word by itself
_WORD = re.compile(  # no part of an address, a path or code
    r"(?<![\w./@#:\\$%&=<>{}\[\]'’-])[A-Za-z]{2,}(?:(?=['’](?:s|t|re|ve|ll|d)\b)"
    r"|(?![\w'’/@\\(\[{}<>=:-]|\.\w))"
)
_INSIDE = re.compile(r"[a-z,] $")  # what stands before a word within a sentence
_HOST = re.compile(r"(?:https?://|www\.|@)((?:[a-z0-9-]+\.)+)(?!gov|edu)[a-z]{2,6}\b")
_CAPITAL = re.compile(r"\b[A-Z][a-z]{2,}\b")
_COMPANY = re.compile(
    r"compan|corporation|\bbrand|web ?site|search engine|software|internet|online|\bchain\b|airline"
    r"|maker\b|manufactur|microblog|messag|operating system|newspaper|\bInc\b|\bLtd\b",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
# What jieba's dictionary calls names, and those of places, days, measures and other things.
_NAMES = frozenset(("nr", "nrt", "nrfg", "nt", "nz", "ns"))
_NO_FIRMS = frozenset(("ns", "t", "q", "nz"))


def choose_english(texts: Iterable[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """Return what is a word, and what is written with a capital, in lower case.

    Args:
        texts: Each with the source that it is of.
    """
    small: defaultdict[str, Counter[str]] = defaultdict(Counter)
    big: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, text in texts:
        for found in _WORD.finditer(text):
            word = found[0]
            if word.islower():
                small[word][source] += 1
            elif _INSIDE.search(text, max(0, found.start() - 2), found.start()):
                big[word.lower()][source] += 1
    shared = {
        word: seen.total()
        for word, seen in small.items()
        if len(seen) >= _SOURCES and seen.total() >= _TIMES
    }
    words = {word for word, times in shared.items() if times >= big[word].total()}
    # A word is written in other forms too, though more often a name: sparks, and Spark.
    words |= {word for word in shared if any(word + end in words for end in ("s", "ed", "ing"))}
    return words, {word for word, seen in big.items() if len(seen) >= _SOURCES}


def choose_chinese(texts: Iterable[tuple[str, str]], kinds: Mapping[str, str]) -> set[str]:
    """Return the words that jieba finds in texts, without names.

    Args:
        texts: Each with the source that it is of.
        kinds: Of every word of jieba's dictionary, what it calls it.
    """
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for source, text in texts:
        for run in _HAN.findall(text):
            for word in jieba.cut(run, HMM=False):
                seen[word][source] += 1
    return {
        word
        for word, sources in seen.items()
        if len(word) <= _LONGEST and kinds.get(word) not in _NAMES
        if len(sources) >= _SOURCES and sources.total() >= (_ALONE if len(word) == 1 else _TIMES)
    }


@dataclass(frozen=True, slots=True)
class Entries:
    """What a dictionary holds.

    Attributes:
        words: Chinese words that are neither a company nor a name but of a place, a day, a coin.
        companies: Chinese words for a company, a site, a program.
        proper: English names of no company, in lower case.
    """

    words: frozenset[str]
    companies: frozenset[str]
    proper: frozenset[str]


def read_dictionary(entries: Iterable[tuple[str, str]], kinds: Mapping[str, str]) -> Entries:
    """Sort a dictionary's entries, each a Chinese word and one gloss of it."""
    glosses: defaultdict[str, list[str]] = defaultdict(list)
    for word, gloss in entries:
        glosses[word].append(gloss)
    companies = {word for word, own in glosses.items() if _COMPANY.search(" ".join(own))}
    companies = {word for word in companies if all(gloss[0].isupper() for gloss in glosses[word])}
    return Entries(
        words=frozenset(
            word
            for word, own in glosses.items()
            if 2 <= len(word) <= _LONGEST and _HAN.fullmatch(word)
            if kinds.get(word) in _NO_FIRMS or not all(gloss[0].isupper() for gloss in own)
        )
        - companies,
        companies=frozenset(companies),
        proper=frozenset(
            name.lower()
            for own in glosses.values()
            if not _COMPANY.search(" ".join(own))
            for name in _CAPITAL.findall(" ".join(own))
        ),
    )


def find_seldom(
    words: Iterable[str], agreements: Iterable[str], questions: Iterable[str]
) -> set[str]:
    """Return the words that agreements hardly say, nor Chinese questions, if they are Chinese."""
    said: Counter[str] = Counter()
    for text in agreements:
        said.update(_say(text))
    asked = {word for text in questions if _HAN.search(text) for word in _say(text)}
    return {word for word in words if len(word) > 1 and said[word] < _SAID and word not in asked}


def _say(text: str) -> set[str]:
    """Return the English words that a text writes small, and its Chinese words."""
    small = set(re.findall(r"(?<![A-Za-z.@/-])[a-z]{2,}", text))
    forms = {word.removesuffix(end) for word in small for end in ("s", "es", "ed", "d", "ing")}
    runs = _HAN.findall(normalise(text)) if _HAN.search(text) else ()
    return small | forms | {word for run in runs for word in jieba.cut(run, cut_all=True)}


def make_vocabulary(
    collection: Collection, agreements: list[str], questions: list[str]
) -> list[str]:
    """Return the English words in lower case, and the Chinese words, each in order."""
    entries = [
        (pair.left, pair.right) for f in collection.of_kind(Kind.DICTIONARY) for pair in f.pairs
    ]
    kinds = _read_kinds()
    dictionary = read_dictionary(entries, kinds)
    addresses = (host for text in agreements for host in _HOST.findall(text.lower()))
    hosts = {label for address in addresses for label in address.split(".")}
    capitals = Counter(w for text in agreements for w in set(re.findall(r"\b[A-Z]{3,6}\b", text)))
    short = {word.lower() for word, seen in capitals.items() if seen >= _AGREEMENTS}
    texts = [("agreements", text) for text in agreements]
    texts += [("dictionary", gloss) for _, gloss in entries]
    small, written = choose_english([*texts, *_sides(collection, 1)])
    forms = Counter(word for text in agreements for word in set(_WORD.findall(text)))
    common = {w for w, seen in forms.items() if seen >= _SAID and w.islower() and len(w) > 3}
    english = small | (dictionary.proper & written | short | common) - hosts
    chinese = dictionary.words | choose_chinese(_sides(collection, 0), kinds)
    chinese -= dictionary.companies
    seldom = find_seldom((small - dictionary.proper) | chinese, agreements, questions)
    return [
        word + SELDOM * (word in seldom) for words in (english, chinese) for word in sorted(words)
    ]


def _read_kinds() -> dict[str, str]:
    jieba.setLogLevel(60)
    with jieba.get_dict_file() as lines:
        rows = (line.decode().split() for line in lines)
        return {row[0]: row[-1] for row in rows}


def _sides(collection: Collection, side: int) -> Iterator[tuple[str, str]]:
    """Yield the Chinese (0) or the English (1) texts of the translations, each with its source."""
    for file in collection.of_kind(Kind.PARALLEL):
        for pair in file.sample(_ROWS, 1):
            yield file.source.name, pair.left if side == 0 else pair.right
    for file in collection.of_kind(Kind.PASSAGES) if side == 0 else ():
        for pair in file.sample(_ROWS, 1):
            yield file.source.name, f"{pair.left} {pair.right}"
    for clause in (*collection.clauses, *collection.val_clauses):
        text, asked = (
            (clause.zh, clause.questions_zh) if side == 0 else (clause.en, clause.questions_en)
        )
        yield "written", text
        yield from (("asked", question) for question in asked)


def main(arguments: list[str] | None = None) -> int:
    """Write the vocabulary; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.vocabulary", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data files")
    parser.add_argument("--out", type=Path, default=FILE)
    chosen = parser.parse_args(arguments)
    try:
        collection = read_collection(chosen.data)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    files = sorted((chosen.data / "agreements").glob("*/*.*"))
    agreements = [path.read_text("utf-8") for path in files if path.suffix in (".md", ".txt")]
    questions = [row.question for row in read_judged(_JUDGED)]
    words = make_vocabulary(collection, agreements, questions)
    chosen.out.write_bytes(gzip.compress("\n".join(words).encode(), mtime=0))
    print(f"{len(words)} words in {chosen.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
