"""Who offers an agreement: the company that its first sentences name, and that name cut short."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from index.segmentation.lines import HAN
from index.titles import GENERIC

_PROPER = (  # a word as a name is written: Acme, ACME, iAcme, acme.Com
    r"(?<!\w)(?:[A-Z0-9]|[a-z]{1,8}(?=[A-Z]))[\w&'’+-]{0,30}(?:\.(?=\w)[\w&'’+-]{1,30}){0,2}"
)
LATIN = rf"{_PROPER}(?: {_PROPER}){{0,3}}"
FORM = (
    r"(?:Private Limited|Pvt\.? Ltd|Incorporated|Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|AB|AG|B\.?V"
    r"|S\.?A\.?S|S\.?A|SARL|Corp|Corporation|Co|PLC|plc|Pte|Pty|Oy|OÜ|ApS|A/S|SE|N\.?V|S\.?r\.?l"
    r"|S\.?L|INC|LTD|LIMITED|CORPORATION|LLP)(?!\w)\.?"
)
_COMPANY = re.compile(
    rf"({_PROPER}(?: (?:of |OF |and |& )?{_PROPER}){{0,5}}?),? (?:\([A-Z]\w{{1,20}}\) )?"
    rf"({FORM}(?:,? {FORM})*)"
)
_BEFORE_PARTY = re.compile(
    r"(?:between|(?:operated|provided|offered(?: to you)?|owned|published|managed|run) by"
    r"|refers? to|means?|agreement with|contract with|[”\"'’], | and | by |¶|mission of"
    r"|our company)"
    r"[ ,:*]*(?:you and |you, and )?(?:the company )?(?:the )?$",
    re.IGNORECASE,
)
OF_VENDORS = re.compile(r"(?i)payments?\b|processor|vendor|analytics|such as|third part")
_AFTER_PARTY = re.compile(
    r"[^.¶()]{0,60}\([^()]{0,80}[“\"']"
    r"|,? (?:is|are|operates|owns|provides|respects|and you\b|and its)"
)
COMPANY_HAN = re.compile(
    r"[\u3400-\u9fffA-Za-z0-9]{2,24}?(?:[(（][\u3400-\u9fff]{2,6}[)）][\u3400-\u9fff]{0,12}?)?"
    r"(?:有限责任公司|股份有限公司|有限公司)"
)
PLACES = (
    "北京|上海|天津|重庆|深圳|广州|杭州|南京|苏州|成都|武汉|西安|厦门|青岛|济南|大连|宁波|无锡|福州|长沙"
    "|郑州|合肥|珠海|佛山|东莞|海南|海口|昆明|贵州|贵阳|广东|广西|浙江|江苏|山东|四川|湖北|湖南|河北|河南"
    "|福建|江西|安徽|辽宁|吉林|黑龙江|陕西|山西|云南|甘肃|青海|内蒙古|新疆|西藏|宁夏|香港|澳门|台湾|中国"
)
_BEFORE_COMPANY = re.compile(
    r"^.*(?:公司|指|适用于|您|的|由|归|即|向|了|运营者|提供者|提供方|所有者|开发者|成为|双方为)(?=..)"
    rf"|^(?:为|是|系|与|和|及)|^.*?(?:系|是|为|和|及|与|将|者|方)(?=(?:{PLACES}))"
    rf"|^.{{1,8}}?(?=(?:{PLACES})市?[^)）])|^.*服务是"
)
_TRADE = re.compile(
    r"(?:网络|科技|信息|技术|服务|文化|传媒|传播|电子|商务|软件|互联网|金融|咨询|管理|投资|发展|实业|集团"
    r"|教育|汽车|通信|通讯|数据|智能|数字|游戏|旅游|旅行社|国际|贸易|生物|医疗|健康|控股|供应链|商业保理"
    r"|智慧|食品|广告|娱乐|影视|物流|电器|电气|银行|保险|人寿|财产|证券|融资|租赁|计算机|系统|互动|支付)+$"
)
_OF_OTHERS = re.compile(r"(?i)sdk|第三方|某|服务商|服务提供方|服务器|托管|存储|存放|合作伙伴")
_IS_CALLED_HAN = re.compile(
    r"(?:及其?(?:关联|子)公司)?[(（][^()（）]{0,20}(?:简称|下称|我们|本公司|[甲乙]方)"
)


def find_party(opening: str) -> str:
    """Return the company that the beginning of a text says it is of; empty for none."""
    return next(itertools.chain(_companies_han(opening), _companies_latin(opening)), "")


def _companies_han(opening: str) -> Iterator[str]:
    for found in COMPANY_HAN.finditer(opening):
        name = _without_lead(found[0])
        before, after = opening[: found.start()][-20:], opening[found.end() :][:30]
        around = f"{before}{found[0]}{after}"
        is_told = re.search(r"我们|运营|简称|[甲乙丙丁]方|提供|开发|所有|与|平台|由|系", around)
        is_ours = _IS_CALLED_HAN.match(after) or not _OF_OTHERS.search(around)
        if is_told and len(name) > 5 and is_ours:
            yield name


def _companies_latin(opening: str) -> Iterator[str]:
    for found in _COMPANY.finditer(opening):
        before = opening[max(0, found.start() - 40) : found.start()]
        after = opening[found.end() : found.end() + 160]
        words = found[1].split()
        leads = [at for at, word in enumerate(words) if _bare(word) in _LEADS or word.isdecimal()]
        words = words[leads[-1] + 1 :] if leads else words
        while words and words[0].lower() in ("and", "of", "&"):
            words = words[1:]
        if len(words) > 2 and words[1] == "and" and _bare(words[0]) in GENERIC:
            words = words[2:]
        is_cut = len(words) < len(found[1].split())
        is_said = _BEFORE_PARTY.search(before) or _AFTER_PARTY.match(after) or is_cut
        if OF_VENDORS.search(before):
            continue
        if is_said and words and not all(_bare(word) in GENERIC | _LEADS for word in words):
            yield f"{' '.join(words)}{opening[found.end(1) : found.end()]}".strip()


def _without_lead(company: str) -> str:
    """Return a company without the words of the sentence before it."""
    while (shorter := _BEFORE_COMPANY.sub("", company)) != company:
        company = shorter
    return company


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower())


_LEADS = frozenset((
    "at", "these", "this", "with", "by", "between", "you", "the",
    "agreement", "introduction", "in", "to", "from", "terms", "are", "is",
))  # fmt: skip
_TAILS = re.compile(
    r" (?:Group|Technolog(?:y|ies)|Holdings?|Media|Labs?|Software|International|Services|Systems"
    r"|Networks?|Corporation|Ireland|Europe|Spain|UK|US|Global|Interactive|Solutions|Entertainment"
    r"|Trading|Communications)$"
)


def short_names(party: str) -> Iterator[str]:
    """Yield a company's name without its legal form, its place and its trade."""
    latin = _COMPANY.match(party)
    if HAN.search(party):
        bare = re.sub(rf"^(?:{PLACES})(?:省|市)?|[(（][^()（）]*[)）]", "", party)
        bare = re.sub(r"(?:有限责任|股份有限|有限)?公司$", "", bare)
        yield bare
        yield _TRADE.sub("", bare)
    elif latin:
        yield latin[1]
        yield _TAILS.sub("", latin[1])
