"""The patterns of labels, and of what looks like a label and is a reference or a quantity."""

from __future__ import annotations

import re

from index.segmentation.numerals import HAN

HAN_RANKS = {"编": 1, "篇": 1, "分编": 2, "部分": 2, "章": 3, "节": 4, "条": 5, "款": 6, "项": 7}
HAN_RANKS |= {"編": 1, "節": 4, "條": 5, "項": 7}
WORD_RANKS = {"title": 1, "part": 1, "chapter": 3, "article": 4, "section": 5, "clause": 5}
ANNEXES = frozenset({"schedule", "annex", "appendix", "exhibit", "附件", "附录", "附表", "附錄"})

HAN_KEYWORD = re.compile(
    rf"第[ \u3000]?([{HAN}]{{1,9}}|[0-9０-９]{{1,4}})[ \u3000]?"
    r"(分编|部分|编|編|篇|章|节|節|条|條|款|项|項)(之[一二三四五六七八九十]{1,2})?"
)
WORD_KEYWORD = re.compile(
    r"(title|part|chapter|article|section|clause|schedule|annex|appendix|exhibit|art\.|sec\."
    r"|§{1,2}|附件|附录|附錄|附表)([ \xa0]{0,3})"
    rf"([0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{0,4}}|[ivxlc]{{1,7}}|[a-z]|[{HAN}]{{1,3}})"
    r"(?![\w])[.:：、)]?",
    re.IGNORECASE,
)
DECIMAL = re.compile(
    r"([0-9]{1,3}|[A-Z]|[IVX]{1,5})((?:\\?[.．][0-9]{1,3}){1,6}"
    r"|-[0-9]{1,2}(?=[ \u3000\u3400-\u9fff]))(?![0-9])(?:\\?[.．、:：)）]|(?![.．,]?\w))?"
)
MIXED = re.compile(r"([0-9]{1,3})([A-Za-z])(?![A-Za-z0-9'’])(?:\\?[.)、:：])?")
BRACKETED = re.compile(
    rf"\\?[(（\[【〔]\s?([0-9]{{1,3}}|[{HAN}]{{1,4}}|[ivxlcIVXLC]{{1,7}}"
    rf"|[A-Za-z]{{1,2}})\s?\\?[)）\]】〕]"
    r"(?!\()"
)
CLOSED = re.compile(rf"([0-9]{{1,3}}|[{HAN}]{{1,4}}|[ivxlcIVXLC]{{1,7}}|[A-Za-z])\\?[)）]")
DOTTED = re.compile(
    rf"([0-9]{{1,3}}|[{HAN}]{{1,4}}|[ivxlcIVXLC]{{1,7}}|[A-Za-z])(\\?[.．]|[、:：]"
    rf"|[ ]?[-–—](?=[ \t]*[A-Z]))"
)
ENCLOSED = re.compile("[①-⑳⑴-⒇⒈-⒛㈠-㈩⓪❶-❿➀-➓㊀-㊉]")
MARKED = re.compile(rf"[0-9]{{1,3}}|[{HAN}]{{1,4}}|[ivxlcIVXLC]{{1,7}}|[A-Za-z](?!\w)")
BARE = re.compile(r"([0-9]{1,2}|[a-z])(?=[ \t\xa0\u3000])")

# What follows a number that refers to a clause, counts, or dates instead of opening a clause.
REFERENCE_HAN = re.compile(
    r"(?:[所的和或及与與至到之后前中内內外]|规定|規定|约定|約定|项下|第|、第|（第|\(第|款|项|條"
    r"|条|以|均|适用|適用)"
)
_UNITS = "年月日号號天时時分秒元万萬亿億倍版次款条條项項节節章页頁个個名份种種位人周週岁歲家台"
# 个 and 版 also begin titles (1.2 个人信息), so that only what follows a unit makes it one.
QUANTITY = re.compile(
    r"[ \t\xa0]?(?:[%％‰°℃]|[个個](?:月|工作日|自然日|小时|小時|日|年|星期)"
    rf"|[{_UNITS}](?:(?=[内內以前后後起之的至每一])|(?![\u3400-\u9fff]))"
    r"|小时|小時|工作日|GB|MB|KB|USD|EUR|am\b|pm\b|AM\b|PM\b)"
)
REFERENCE_WORD = re.compile(
    r"[ \t\xa0]*(?:\(|(?:of|and|or|to|above|below|shall|hereof|herein|hereto|through|is|are"
    r"|will|in|by|under"
    r"|for|does|do|applies|apply|may|must|sets?|which|that|as|with|on|at|from|governs|hereunder"
    r"|days?|months?|years?|hours?|minutes?|weeks?|business|calendar|times|percent)\b)"
)
