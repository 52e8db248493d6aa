"""What is no part of an agreement: menus, contents, artefacts of editors, feet of saved pages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.segmentation.contents import find_contents
from index.segmentation.lines import LINK, Line, strip_markers
from index.segmentation.surroundings import find_surroundings, is_marked

_ARTEFACT = re.compile(
    r"\{:[^}]{0,200}\}|\[\]\([^)]{0,400}\)|!\[[^\]]{0,400}\]\([^)]{0,900}\)|<!--.{0,400}?-->"
    r"|\[bookmark: [^\]]{0,80}\]|<a (?:id|name)=[^>]{0,120}>(?:</a>)?|<br ?/?>"
)
_BUTTON = re.compile(
    r"(?:(?:back|return|go|scroll|jump) to (?:the )?top(?: of (?:the )?page)?|top of page|to top"
    r"|skip to (?:main )?content|print this page|(?:log|sign) ?in(?: or| /)? (?:sign ?up|register)"
    r"|share(?: on| this)? (?:facebook|twitter|linkedin|page|article).{0,40}|follow us.{0,40}"
    r"|(?:accept|reject) all(?: cookies)?|(?:manage )?cookie settings|manage cookies|download pdf"
    r"|view pdf|was this (?:page |article )?helpful\??|返回(?:页首|頁首|页顶|顶部|頂部"
    r"|首页|首頁|目录|上一页|注册页?|登录页?)|回到(?:页首|頁首|顶部|頂部|首页|目录)|全部接受|全部拒绝|拒绝全部|接受全部(?:cookies?)?"
    r"|打印本页|[上下]一篇[:：].{0,60}|(?:qq|微信|微博)登录|写点评)",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"(?:©|\(c\)\s|copyright ©|copyright \(c\)|all rights reserved|版权所有"
    r"|copyright \d{4}).{0,160}"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?ICP.{0,60}|.{0,20}公网安备.{0,40}"
    r"|page \d+ of \d+|第 ?\d+ ?页.{0,12}",
    re.IGNORECASE,
)
_COMMON = re.compile(
    r"(?:menu|main menu|search|log ?in|sign ?in|sign up|share(?: this)?|print|accept|reject|close"
    r"|yes|no|subscribe|home|read more|learn more|首页|登录|注册|打印|分享|下载|关闭|搜索)",
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
    words = strip_markers(LINK.sub("", words)).strip("()（）_[] ")
    if len(words) > 90 or not _DATE.search(words):
        return False
    return bool(_DATE_WORDS.search(words)) or len(words) < 24


def find_boilerplate(text: str, lines: list[Line]) -> Mapping[int, str]:
    """Return the reason for each line (by its place) that is no part of the agreement."""
    found: dict[int, str] = {}
    for place, line in enumerate(lines):
        reason = _reason(text[line.start : line.end], is_heading=is_marked(text, line))
        if reason:
            found[place] = reason
    found.update(find_contents(text, lines, found))
    found.update(find_surroundings(text, lines, found))
    return found


def _reason(words: str, *, is_heading: bool) -> str:
    if not any(mark.isalnum() for mark in words):
        return "rule"
    if len(words) > _LONGEST_FURNITURE:
        return ""
    bare = _ARTEFACT.sub("", words).strip(" *_\\")
    if not any(mark.isalnum() for mark in bare) and bare != words.strip(" *_\\"):
        return "artefact"
    plain = strip_markers(LINK.sub(_link_words, words)).strip("[]<>|·• ↑^-*()\u200d")
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
    rest, count = LINK.subn("", words)
    return count >= 3 and not any(mark.isalnum() for mark in rest)
