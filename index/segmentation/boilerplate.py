"""What is no part of an agreement: menus, contents, artefacts of editors, feet of saved pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from index.segmentation.lines import Line, strip_markers

_ARTEFACT = re.compile(
    r"\{:[^}]{0,200}\}|\[\]\([^)]{0,400}\)|!\[[^\]]{0,400}\]\([^)]{0,900}\)|<!--.{0,400}?-->"
    r"|\[bookmark: [^\]]{0,80}\]|<a (?:id|name)=[^>]{0,120}>(?:</a>)?|<br ?/?>"
)
_LINK = re.compile(
    r"!?\[(?:[^\[\]\\]|\\."
    r"|\[[^\[\]]{0,80}\]){1,300}\]\(([^()]{0,700}(?:\([^()]{0,80}\)[^()]{0,99})?)\)"
)
_LEADER = re.compile(r"(?:\.{4}|…{2}|·{4}|(?:\. ){4})[ \t]{0,40}\d{1,4}\Z")
_BUTTON = re.compile(
    r"(?:(?:back|return) to (?:the )?top|top of page|skip to (?:main )?content|menu|main menu"
    r"|search|log ?in|sign ?in"
    r"|sign up|share(?: this)?|print(?: this page)?|accept(?: all)?(?: cookies)?"
    r"|reject(?: all)?(?: cookies)?"
    r"|(?:manage )?cookie settings|manage cookies|close|was this (?:page |article )?helpful\??"
    r"|yes|no|subscribe"
    r"|follow us.{0,40}|download pdf|view pdf|home|read more|learn more|返回顶部|回到顶部"
    r"|返回首页|首页|登录|注册"
    r"|接受全部(?:cookies?)?|全部接受|全部拒绝|拒绝全部|打印|打印本页|分享|下载|关闭"
    r"|上一篇.{0,40}|下一篇.{0,40}|搜索)",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"(?:©|\(c\)\s|copyright ©|copyright \(c\)|all rights reserved|版权所有"
    r"|copyright \d{4}).{0,160}"
    r"|[京沪粤浙苏]\s?ICP.{0,60}|.{0,20}公网安备.{0,40}|(?:we"
    r"|this (?:web)?site) uses? cookies.{0,200}|page \d+ of \d+|第 ?\d+ ?页.{0,12}",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table of )?contents:?|on this page:?|index:?|目\s*录：?|目\s*錄：?|jump to:?"
    r"|in this (?:policy|article|section):?",
    re.IGNORECASE,
)
_DATE_WORDS = re.compile(
    r"(?:(?:last|date|date of last)[ -])?(?:updated?|revised|modified|effective|posted|revision"
    r"|version|published|as of|valid as of)"
    r"|最后更新|最近更新|更新日期|生效日期|发布日期|更新时间|版本|本版|修订日期|最近修订"
    r"|最後更新|生效時間|公布日期|实施日期",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{4}\s?[年./-]\s?\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?\s(?:\d|[a-z]{0,3})"
    r"|\d{1,2}(?:st|nd|rd|th)?,? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)

_LONGEST_FURNITURE = 600  # Characters; a longer line says something.


def find_artefact(text: str, start: int, end: int) -> int:
    """Return the end of an editor's artefact at an offset, or the offset itself."""
    found = _ARTEFACT.match(text, start, end)
    return found.end() if found else start


def is_date_line(words: str) -> bool:
    """Return whether a line only says when a text was made or begins to apply."""
    if len(words) > _LONGEST_FURNITURE:
        return False
    words = strip_markers(_LINK.sub("", words)).strip("()（）_[] ")
    if len(words) > 90 or not _DATE.search(words):
        return False
    return bool(_DATE_WORDS.search(words)) or len(words) < 24


def find_boilerplate(text: str, lines: list[Line]) -> Mapping[int, str]:
    """Return the reason for each line (by its place) that is no part of the agreement."""
    found: dict[int, str] = {}
    for place, line in enumerate(lines):
        reason = _reason(text[line.start : line.end])
        if reason:
            found[place] = reason
    found.update(_find_contents(text, lines, found))
    return found


def _reason(words: str) -> str:
    if not any(mark.isalnum() for mark in words):
        return "rule"
    if len(words) > _LONGEST_FURNITURE:
        return ""
    bare = _ARTEFACT.sub("", words).strip(" *_\\")
    if not any(mark.isalnum() for mark in bare) and bare != words.strip(" *_\\"):
        return "artefact"
    plain = strip_markers(_LINK.sub(_link_words, words)).strip("[]<>|·• ↑^-*()\u200d")
    if _BUTTON.fullmatch(plain):
        return "button"
    if _FOOT.fullmatch(plain):
        return "foot of a page"
    return "menu" if _is_menu(words) else ""


def _link_words(found: re.Match[str]) -> str:
    words = found[0]
    return words[words.index("[") + 1 : words.rindex("](")]


def _is_menu(words: str) -> bool:
    """Return whether a line is several links and nothing else."""
    rest, count = _LINK.subn("", words)
    return count >= 3 and not any(mark.isalnum() for mark in rest)


def _find_contents(text: str, lines: list[Line], known: Mapping[int, str]) -> Mapping[int, str]:
    """Return the lines that are tables of contents: runs of entries, of which most are links."""
    keys = [_key(text, line) for line in lines]
    last: dict[str, int] = {key: place for place, key in enumerate(keys) if key}
    found: dict[int, str] = {}
    run: list[int] = []
    strong = 0
    title = -1
    for place, line in enumerate([*lines, None]):
        if place in known and known[place] != "menu":
            continue
        kind = 0 if line is None else _entry(text, line, keys[place], last, place)
        if line is not None and _CONTENTS.fullmatch(keys[place].strip(" :：")):
            run, strong, title = [], 0, place
            continue
        if kind:
            run.append(place)
            strong += kind > 1
            continue
        if _repeats_as_block(run, keys, last):
            strong = 0
        if (len(run) >= 3 and strong * 2 >= len(run)) or (
            title >= 0 and len(run) >= 2 and title == run[0] - 1
        ):
            found.update(dict.fromkeys(run, "table of contents"))
            if title >= 0:
                found[title] = "table of contents"
        run, strong, title = [], 0, -1
    return found


def _repeats_as_block(run: list[int], keys: list[str], last: Mapping[str, int]) -> bool:
    """Return whether lines come again side by side, as an address does and contents do not."""
    later = [last.get(keys[place], place) for place in run]
    beside = sum(after == before + 1 for before, after in pairwise(later))
    return later[:1] > run[:1] and beside * 2 >= len(run) - 1 > 0


def _key(text: str, line: Line) -> str:
    if line.end - line.start > 400:
        return ""
    words = text[line.start : line.end].lstrip("-*+•· ")
    words = strip_markers(_LINK.sub(_link_words, words))
    return " ".join(words.lower().split()).strip(" *_#:：")


_NUMBER = re.compile(r"[0-9ivx]{1,5}\\?[.)、][ \xa0]?")


def _entry(text: str, line: Line, key: str, last: Mapping[str, int], place: int) -> int:
    """Return 2 for a sure entry of contents, 1 for what may stand among them, 0 for other lines."""
    words = text[line.start : line.end]
    if not key or len(words) > 400 or line.underline or words[0] == "#":
        return 0
    if _LEADER.search(words):
        return 2
    body = words.lstrip("-*+•· ").lstrip("*_")
    body = _NUMBER.sub("", body, count=1) if _NUMBER.match(body) else body
    link = _LINK.match(body)
    if link and ("#" in link[1]):
        return 2
    repeats = last.get(key, place) > place or last.get(_NUMBER.sub("", key, count=1), place) > place
    if (
        len(key) < 120
        and repeats
        and len(key) > 2
        and not words.rstrip().endswith((";", "；", "。"))
    ):
        return 2 if len(key) > 5 else 1
    return 0
