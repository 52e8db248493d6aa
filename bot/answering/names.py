"""Which companies a question names: those whose agreement is here, and one whose is not."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import OSA

from index.agreement import Agreement
from index.text import fold, normalise
from index.titles import is_generic
from index.vocabulary import is_ordinary, is_slip

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
_SHORTEST_SLIP = 6  # letters of a name from which one slip is forgiven

# What stands beside a name that is only what something is done with: a way to pay, to sign in.
_MENTIONED = re.compile(
    r"(?:\b(?:pay\w*|paid|log(?:ged|ging)?[ -]?in|sign(?:ed|ing)?[ -]?(?:in|up)|verif\w*)\b"
    r"[^,.?!;]{0,30}\b(?:with|via|through|by|using)"
    r"|\b(?:connect\w*|integrat\w*|sync\w*|compatible|works?|working|api|sdk)\b"
    r"[^,.?!;]{0,30}\b(?:with|to)"
    r"|\b(?:supports?|accepts?|takes?|integrates?)|支持|接受|绑定|接入|对接|分享到|同步到"
    r"|关联|转到|转发到|提现到|发到|充到|打到|导出到|上传到|跑在|部署在)\s*(?:my |an? |the )?$",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\s*(?:能|可以|可|会|来)?(?:不能|不可以)?(?:支付|付款|付钱|付(?!费)|转账|登录|登陆|授权|扫码|收款|提现|好友|群"
    r"|截图|分享|服务器)|\s+(?:login|log-in|sign-in|servers?)\b",
    re.IGNORECASE,
)
_USING = re.compile(r"\b(?:use|using|used)\s$", re.IGNORECASE)
_TO_PAY = re.compile(r"\s+(?:to|for) (?:pay|log|sign|verify)", re.IGNORECASE)


def _is_object(read: str, start: int, end: int) -> bool:
    """Tell whether a name is only what something is done with."""
    before, after = read[max(0, start - 60) : start], read[end:]
    is_used = _USING.search(before) and _TO_PAY.match(after)
    return bool(_MENTIONED.search(before) or _USED.match(after) or is_used)


def find_named(text: str, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    """Return the ids of the agreements that a text, in its own letters, asks about by name.

    Of a name within a longer one, the longer counts.
    """
    read = fold(text)
    spans = {a.id: [found.span() for found in _find_asked(a, read)] for a in agreements}
    every = {span for own in spans.values() for span in own}
    named = [
        name for name, own in spans.items() if any(not _is_within(span, every) for span in own)
    ]
    return tuple(named) or tuple(a.id for a in agreements if _slips_into(a, read))


def strip_names(text: str, agreements: Sequence[Agreement]) -> str:
    """Return a text normalised, without the agreements' names, so that they find no clause."""
    stripped = fold(text)
    for agreement in agreements:
        for found in reversed(list(_find_asked(agreement, stripped))):
            stripped = f"{stripped[: found.start()]} {stripped[found.end() :]}"
    return normalise(text) if not _LETTERS.search(stripped) else stripped.lower().strip()


def names_another(text: str, chosen: Agreement, agreements: Sequence[Agreement]) -> bool:
    """Tell whether a text asks about others than the chosen agreement, which says nothing of them.

    The agreements are those that the text names.
    """
    read = fold(text)
    said = [found[0] for each in agreements for found in _find_asked(each, read)]
    return chosen not in agreements and not any(_is_said(name, chosen) for name in said)


def _find_asked(agreement: Agreement, read: str) -> Iterator[re.Match[str]]:
    """Yield an agreement's names in a folded text, save what is only paid or signed in with."""
    for found in _pattern(agreement).finditer(read):
        if not _is_object(read, *found.span()):
            yield found


def _is_within(span: tuple[int, int], others: set[tuple[int, int]]) -> bool:
    return any(a <= span[0] and span[1] <= b and (a, b) != span for a, b in others)


@functools.lru_cache(maxsize=4096)
def _pattern(agreement: Agreement) -> re.Pattern[str]:
    """Return what finds an agreement's names, the longest first, in a folded text."""
    names = {fold(name) for name in _names_of(agreement)}
    parts = [_as_pattern(name) for name in sorted(names, key=len, reverse=True) if len(name) >= 2]
    return re.compile("|".join(parts) or "(?!)")


def _names_of(agreement: Agreement) -> Iterator[str]:
    yield from agreement.aliases
    others = (agreement.title, agreement.title_en, agreement.party, agreement.party_en)
    yield from (name for name in others if not is_generic(name))


def _as_pattern(name: str) -> str:
    """Return what finds one name, however its words are joined.

    A Chinese character may touch a Latin name, another letter may not. A name that is made of
    ordinary words counts with its capital, or where only a name can stand.
    """
    if not name.isascii():
        return rf"(?i:{re.escape(name)})"
    pieces = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\sA-Za-z\d._-]+", name)
    spaced = r"[\s._-]?".join(map(re.escape, pieces)) or re.escape(name)
    words = re.findall(r"[a-z]+", name.lower())
    if words and all(is_ordinary(word) for word in words):
        first = re.escape(spaced[0].upper()) if spaced[0].isalpha() else spaced[0]
        body = (
            rf"{first}(?i:{spaced[1:]})|(?<=[\u3400-\u9fff]){spaced}"
            rf"|(?:(?<=\bat )|(?<=\bby )){spaced}(?=[?.,!]|$)|(?i:{spaced})(?=['’]s\b)"
            rf"|(?i:(?<=\bdoes )|(?<=\bcan )|(?<=\bwill )|(?<=\bdid )){spaced}(?= [a-z])"
        )
    else:
        body = rf"(?i:{spaced})"
    return rf"(?<![A-Za-z0-9])(?:{body})(?:['’]s?(?![A-Za-z]))?(?![A-Za-z0-9])"


def _slips_into(agreement: Agreement, read: str) -> bool:
    """Tell whether a word that is none is one slip away from a name."""
    words = [w for w in re.findall(r"[a-z]{6,}", read.lower()) if not is_ordinary(w)]
    names = [n.lower() for n in agreement.aliases if n.isascii() and len(n) >= _SHORTEST_SLIP]
    return any(
        word[0] == name[0] and OSA.distance(word, name, score_cutoff=1) == 1
        for word in words
        for name in names
    )


# A company whose agreement is not here

_ROLES = frozenset((
    "customer", "user", "seller", "buyer", "provider", "supplier", "company", "developer",
    "support", "party", "premium", "pro", "plus", "service", "services", "content", "account",
    "member", "partner", "merchant", "client", "platform", "section", "clause", "article",
    "schedule", "annex", "agreement", "contract", "law", "court", "judge", "force", "majeure",
    "termination", "payment", "privacy", "security", "site", "website", "app", "application",
    "data", "policy", "terms", "store", "shop", "admin", "team",
))  # fmt: skip
_VERBS = (
    r"(?:keep|store|sell|share|charge|refund|delete|ban|allow|let|use|collect|own|offer|have|process"
    r"|send|track|require|take|cost|give|pay|protect|change|cancel|close|suspend|terminate|read|look"
    r"|see|know|listen|record|block|remove|hold|retain|save|provide|guarantee|claim|get|make|need"
    r"|ask|want|notify|tell|say|support|accept|ship|deliver|return|fire|fine|punish|spy|scan|train)"
)
_NO_NAME = (
    r"(?i:if|when|while|because|that|since|once|after|before|unless|whether|why|and|so|but|or|of|in"
    r"|on|at|does|do|did|is|are|was|has|have|had|can|could|will|would|may|might|should|must|i|my|me"
    r"|the|an?|what|who|how|where|which|this|it|they|we|you|he|she|there|not|no|our|your|his|her"
    r"|their|to|for|from|by|with|as)\b"
)
_NAME = (
    rf"(?P<name>(?!{_NO_NAME})"
    r"[A-Za-z0-9][\w&+-]*(?:\.[a-z]{2,3}\b)?(?: [A-Z0-9][\w&+-]*){0,3})"
)
_AUX = r"(?:does|do|did|is|are|was|has|have|had|can|could|will|would|may|might|should|must)(?:n't)?"
_THING = r"(?:subscription|membership|premium|order|terms|agreement|contract|privacy|policy|refund)"
_ABOUT = (
    rf"(?:{_THING}|account|plan|customer|support|orders|refunds|data|and|or|if|when|without|before"
    r"|after|do|does|for|is|as|because|within|so|but|anymore|again|now|today|yesterday|last|have"
    r"|has|can|will|to)\b"
)
_ASKED_EN = [
    re.compile(pattern)
    for pattern in (
        # does NAME keep …; NAME's …
        rf"(?i:\b{_AUX}\s){_NAME}(?=\s+[a-z])",
        rf"(?<![\w'’]){_NAME}['’]s?(?=\s)",
        # refunds at NAME; cancel my NAME; my account with NAME; sell on NAME
        r"(?i:\b(?:at|by|of|under|against|from|leave|leaving|quit|quitting|join|joining|sue|suing"
        r"|contact|delete|cancel\w*|deactivate|uninstall)\s(?:my\s)?)"
        rf"{_NAME}(?=\s*(?:[?.!,;]|$)|\s{_ABOUT})",
        r"(?i:\b(?:account|subscription|contract|agreement|data|membership|order(?:ed)?|money|refund(?:ed)?"
        r"|sell(?:s|ing)?|sold|buy|bought|post(?:ed|ing)?|stream(?:ing)?|listing|advertis\w*|banned"
        r"|suspended|profile|signed up|sign up|signing up|register(?:ed)?|listed|seller|shop|driver"
        rf"|host)\s(?:\w+\s)?(?:with|on|at|from|for|to|by|off)\s){_NAME}(?![\w'])",
        # my NAME subscription; close my NAME account
        rf"(?i:\b(?:my|an?|the|under|per|read|in|to|cancel)\s){_NAME}\s(?i:{_THING})\b",
        r"(?i:\b(?:delet|clos|cancel|suspend|bann?|los|recover|deactivat|terminat|transfer)\w*"
        rf"\s(?:my|an?|the)\s){_NAME}\s(?i:account)\b",
        # if NAME deletes …; NAME refund policy
        r"(?i:^|[.?!,;:]\s|\b(?:if|when|while|because|that|since|once|after|before|unless|whether"
        rf"|why|and|so|but)\s){_NAME}\s(?={_VERBS}(?:s|es|ed|ned|d)?\b|{_THING}\b"
        r"|(?:is|has|can|will|won't|wont|doesn't|account|customer|user|sold|said|kept)\b)",
    )
]
_SUBJECTS = (  # where a name is that of somebody who does something
    re.compile(rf"(?i:\b(?:does|did|can|could|will|would|may)\s){_NAME}\s(?={_VERBS}\b)"),
    re.compile(
        r"(?i:\b(?:if|when|while|because|since|once|after|before|unless|whether)\s)"
        rf"{_NAME}\s(?={_VERBS}(?:s|es|ned)\b)"
    ),
)
_TO_US_EN = re.compile(
    r"\b(?:do|are|could|will|would|did|have) you\b|\b(?:with|from|to|by|for|of) you\b"
    r"|\byour (?:api|service|platform|app|site|website|software|product|company|terms|agreement"
    r"|policy|system|server|side|team|staff|support)s?\b",
    re.IGNORECASE,
)
_FUNCTION = (  # characters of no name: you, this, who, not, with, will …
    "我你您他她它们这那哪谁的了吗呢吧啊么是不没有在和与或就都也还要会能可被把让给对"
    "很太最想说问请因所以及到从"
)
_LATIN_ZH = r"[A-Za-z][A-Za-z0-9&.+-]+(?: [A-Z][A-Za-z0-9&+-]*)*"
_NAME_ZH = rf"(?P<name>{_LATIN_ZH}|(?:(?![{_FUNCTION}])[\u3400-\u9fff]){{2,4}}?)\s?"
_BEFORE_ZH = (
    r"(?:^|[,，。;；:：?？!！\s]|请问|问一下|想问下?|如果|要是|万一|假如|那么?|为什么|为啥|凭什么|是不是|难道|听说|关于"
    r"|从|跟|和|找|被|向|对|下载了?|注册了?|登录了?|开通了?|卸载了?|去|我的|把|用|在)"
)
_DOES_ZH = (  # what only somebody does: this alone tells a longer name from a thing
    r"(?:会不会|会|能不能|能否|能|可不可以|可以|要|有权|是否|是不是)?(?:随便|自动|一直|直接|偷偷|把我的?|给我|拿我的?|对我)?"
    r"(?:封号?|封禁|禁言|卖|泄露|保存|保留|收集|倒闭|跑路|扣|抽成?|赔|删|监控|偷|退款|退钱|退|收费|收多少|涨价|通知|分享|共享)"
    r"|怎么(?:退|注销|取消|收费|申诉|投诉|提现|算)|(?:的)?(?:会员|账号|帐号|客服|平台|用户协议|隐私政策|服务条款|协议|条款)"
    r"|上(?:买|卖|开店|发|充)"
)
_AFTER_ZH = (
    rf"(?={_DOES_ZH}|会不会|会|能不能|能否|能|可不可以|可以|怎么|怎样|如何|为什么|是不是|是否|有没有|要不要|允许|多久|多少"
    r"|的|对|把|给|让|提供|支持|违约|规定|公司|软件|网站|app|APP|App|隐私|店铺|订单|押金)"
)
_ASKED_ZH = re.compile(rf"{_BEFORE_ZH}{_NAME_ZH}{_AFTER_ZH}")
_DOES = re.compile(_DOES_ZH)
# Characters that no name of a company begins or ends with: what is done, how many, when, of what.
_NO_FIRST = frozenset(
    "为充退买卖付收发换改绑删点用开按去来找打写拿搜扫查下上登注提申取接转欠误补漏多少无未非新旧老大别各每几一二两三半全"
    "年月日周先再已自其另如若但故又做看听录读填签订跟带送借违拖判罚扣涨降停关封锁解冻盗骗偷抢投个位条项种起早晚今明昨"
    "只光单双整总共同本该某此当原前后内外里中左右东西南北男女学公私免打设试领抽加减超逾到过期交存"
)
_NO_LAST = frozenset(
    "前后时上里中内外费款号价期税桩险率人员方者商家机品货单站页群本证卡码币金券钱图点完过错用到行才只自别来去出进起"
    "下开掉住好坏新旧少几次个位条项种份张件台部本页面具板块类型版级层度量额值名字词句话事情法律权利务限制式样貌"
    "成功败期间周年月日天夜晚早午刻秒分钟小店房屋车票函文章篇幅集组队社区县市省国界线路桥"
)
_TO_US_ZH = re.compile(
    r"你们|贵司|贵公司|贵方|你家|贵平台|咱们|我们的?(?:应用|系统|平台|网站|程序|产品|公司|客户|app)"
)


def find_foreign(text: str, agreements: Sequence[Agreement]) -> str:
    """Return the company that a text asks about though no agreement here is of it or speaks of it.

    A name is known by what it is not: no word that any text may use, none that stands in an
    agreement; and by where it stands: where the one who does a thing is named, or whose
    a thing is. Empty where there is none.
    """
    read = fold(text)
    is_to_us = _TO_US_ZH.search(read) or _TO_US_EN.search(read)
    if is_to_us or (read.isupper() and read.isascii()):
        return ""
    patterns = [*_ASKED_EN, _ASKED_ZH] if _HAN.search(read) else _ASKED_EN
    for pattern in patterns:
        for found in pattern.finditer(read):
            is_object = _is_object(read, *found.span("name"))
            if not is_object and _is_company(read, found, agreements):
                return found["name"]
    return ""


def _is_company(read: str, found: re.Match[str], agreements: Sequence[Agreement]) -> bool:
    """Tell whether what stands where a name stands is a company that no agreement speaks of."""
    name = found["name"]
    if _HAN.search(name):
        is_name = _is_name_zh(name, read[found.end("name") :])
    else:
        is_name = len(name) > 2 and not is_generic(name) and _is_name_en(read, found)
    return is_name and not any(_is_said(name, agreement) for agreement in agreements)


def _is_name_zh(name: str, after: str) -> bool:
    head = _OFFERS.sub("", name)
    is_ended = len(head) == len(name) and name[-1] in _NO_LAST
    if len(head) < 2 or head[0] in _NO_FIRST or is_ended or is_generic(name) or is_ordinary(head):
        return False
    name = head
    return len(name) == 2 or _DOES.match(after) is not None


_OFFERS = re.compile(
    r"(?:地图|外卖|打车|视频|音乐|阅读|直播|快递|速运|网盘|云盘|商城|出行|旅行|租车|银行|保险|证券|航空|理财|浏览器|邮箱|云)$"
)


def _is_name_en(read: str, found: re.Match[str]) -> bool:
    name = found["name"]
    words = [word for word in re.findall(r"[A-Za-z]+", name) if len(word) > 1]
    unknown = [word.lower() for word in words if not is_ordinary(word.lower())]
    if unknown:
        is_inside = found.start("name") > 0 or _HAN.search(read) is not None or len(name) > 4
        is_big = name[0].isupper() and is_inside
        return is_big or not all(len(word) < 4 or is_slip(word) for word in unknown)
    is_one = len(re.findall(r"(?<=[a-z,] )[A-Z][a-z]", read)) == len(words)
    is_role = any(word.lower() in _ROLES for word in words)
    is_doer = any(pattern.search(read) for pattern in _SUBJECTS)
    return bool(words) and name[0].isupper() and is_one and not is_role and is_doer


def _is_said(name: str, agreement: Agreement) -> bool:
    """Tell whether an agreement's text has a name, or the first word of it."""
    if _HAN.search(name):
        return name in agreement.text or name in _simplified(agreement)
    first = re.findall(r"\w+", name)[:1]
    return bool(first) and (
        first[0] in _words(agreement)
        or (not is_ordinary(first[0].lower()) and first[0].lower() in _lower(agreement))
    )


@functools.lru_cache(maxsize=1024)
def _words(agreement: Agreement) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z0-9]\w*", agreement.text))


@functools.lru_cache(maxsize=1024)
def _lower(agreement: Agreement) -> frozenset[str]:
    return frozenset(word.lower() for word in _words(agreement))


@functools.lru_cache(maxsize=1024)
def _simplified(agreement: Agreement) -> str:
    return normalise(agreement.text) if agreement.language == "zh" else ""
