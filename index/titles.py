"""What an agreement is called: its title, clean, from its first lines, its page or its file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.segmentation.boilerplate import is_date_line
from index.segmentation.lines import HAN, is_titlelike
from index.text import fold, normalise

_LINES = 40  # lines in which a title is looked for
_PLAIN_LINES = 12  # lines of them in which it may stand without any mark of a heading
_BODY = 120  # characters of a line that is no longer before the text but part of it
_BEGINNING = 40_000  # characters in which these lines stand

KINDS = re.compile(
    r"\b(?:terms|conditions|agreements?|polic(?:y|ies)|notices?|statements?|guidelines|rules"
    r"|contract|eula|licen[cs]e|addendum|charter|code of conduct|standards|disclaimer|t&cs?|tos"
    r"|dpa|sla)\b"
    r"|协议|协定|条款|政策|合同|声明|规则|须知|指引|公约|章程|细则|约定|告知书|授权书|承诺书|同意书"
    r"|契约|规范|守则|准则|办法|隐私保护",
    re.IGNORECASE,
)
GENERIC = frozenset((
    "terms", "term", "of", "service", "services", "use", "conditions", "condition", "customer",
    "customers", "user", "users", "agreement", "agreements", "policy", "policies", "privacy",
    "notice", "notices", "statement", "statements", "platform", "website", "web", "site", "sites",
    "page", "online", "app", "apps", "application", "applications", "mobile", "company",
    "corporation", "we", "us", "our", "ours", "you", "your", "yours", "the", "a", "an", "and",
    "or", "for", "on", "in", "to", "by", "with", "at", "from", "general", "legal", "document",
    "seller", "sellers", "merchant", "merchants", "partner", "partners", "provider", "supplier",
    "driver", "drivers", "buyer", "vendor", "reseller", "client", "clients", "member", "members",
    "membership", "account", "accounts", "data", "processing", "processor", "protection",
    "addendum", "acceptable", "usage", "license", "licence", "end", "eula", "dpa", "sla", "tos",
    "software", "product", "products", "content", "community", "guidelines", "rules", "standard",
    "standards", "contract", "commercial", "business", "developer", "developers", "api", "sdk",
    "affiliate", "marketplace", "copyright", "claims", "cookie", "cookies", "security",
    "information", "personal", "sale", "purchase", "return", "returns", "refund", "subscription",
    "subscriptions", "billing", "payment", "payments", "free", "trial", "premium", "pro", "plus",
    "beta", "global", "international", "master", "supplementary", "additional", "supplemental",
    "specific", "last", "updated", "effective", "date", "version", "revised", "new", "old",
    "draft", "final", "copy", "en", "zh", "cn", "eng", "english", "chinese", "text", "file", "doc",
    "docs", "test", "sample", "example", "untitled", "index", "html", "part", "section", "article",
    "annex", "appendix", "schedule", "exhibit", "level", "ranking", "parameters", "description",
    "publishing", "advertiser", "publisher", "advertising", "inventory", "code", "conduct",
    "charter", "disclaimer", "imprint", "t&c", "t&cs", "faq", "faqs", "help", "center", "centre",
    "support", "home", "overview", "introduction", "preamble", "summary", "about", "contact",
    "party", "parties", "parent", "parents", "subsidiary", "affiliates", "group", "holdings",
    "ltd", "inc", "llc", "plc", "gmbh", "agreement's", "here", "full", "it", "its", "this", "that",
    "these", "those", "all", "any", "other", "eea", "eu", "uk", "usa", "gdpr", "dmca", "ccpa",
    "network", "system", "internet", "team", "public", "private", "form", "model", "download",
    "upload", "document1", "privacypolicy", "consumer", "individual", "organization",
    "organisation", "entity", "controller", "operator", "owner", "owners", "admin", "administrator",
    "services'", "site's",
))  # fmt: skip
_GENERIC_HAN = re.compile(
    r"(?:用户|会员|客户|商户|商家|买家|卖家|个人|信息|隐私权?|保护|注册|服务|使用|平台|网站|网络"
    r"|软件|应用|程序|产品|官网|官方|本|该|我们|我方|您|你|公司|协议|协定|条款|政策|合同|声明|规则|须知"
    r"|指引|公约|章程|细则|约定|规范|守则|准则|办法|许可|及|与|和|的|之|用于|关于|最终|终端|法律|免责|通用"
    r"|标准|示范|文本|范本|模板|电子|在线|线上|支付|数据|开发者|入驻|合作|商城|系统|客户端|小程序|手机|移动"
    r"|双方|甲方|乙方|丙方|丁方|运营商|运营方|提供方|服务方|本人|第三方|关联方|公众号|账号|帐号|账户|帐户"
    r"|内容|社区|第三|安全|说明|详细|摘要|简版|完整版|中文|英文|国际|国内|大陆|版|app|sdk|pc|api|h5"
    r"|[\d\W_])+",
    re.IGNORECASE,
)


def is_generic(words: str) -> bool:
    """Tell whether words name no one: ``Terms of Service``, ``customer``, ``平台用户协议``."""
    read = normalise(words)
    if re.search(r"(?<!\d)\d{5}(?!\d)", read):  # no year and no date: 12306
        return False
    latin = re.findall(r"[a-z][a-z'&]*", read)
    han = re.sub(r"[a-z'&]+|\d+", "", read)
    return all(word in GENERIC for word in latin) and (
        not han.strip() or _GENERIC_HAN.fullmatch(han) is not None
    )


_IMAGE = re.compile(
    r"!\[[^\]]{0,400}\]\([^)]{0,900}\)|<!--.{0,400}?-->|\[\]\([^)]{0,900}\)", re.DOTALL
)
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]{0,80}\]){0,300})\]\([^)]{0,900}\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_LEAD = re.compile(r"^[\s#>*_|+\-–—•·=~`：:.,，。]+|[\s#*_|=~`\\]+$")
_NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)*\\?[.、)）:]|[（(]?[一二三四五六七八九十]+[、）)]|第[一二三四五六七八九十\d]+[条章节]"
    r"|(?:section|article|clause|part)\s+\d+)\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*(?:={3,}|-{3,})\s*")
_NO_TITLE = re.compile(
    r"(?:acceptance|accepting|changes?|updates?|modifications?|scope|about|who|what|how|when|why"
    r"|where|our|your|definitions?|introduction|agreement to|contact|questions|these|this|please|by"
    r"|in|if|see|read|related|other|back|welcome|applicable|governing|violations? of|last|view"
    r"|please|click|skip|download|print|we|you|i|for the|regarding)\b|\d{1,2}\s"
    r"|.{0,8}(?:提示|变更|修改|更新|接受|确认|范围|定义|目录|生效|适用)|欢迎|请|本|如|您|投诉|首页",
    re.IGNORECASE,
)
_OF_THE = re.compile(  # before the kind: these Acme terms are none, The Acme Terms are
    r"(?<=.)\bthe (?:\w+ )?$|^the $|\b(?:this|these|our|your) (?:\S+ ){0,3}$", re.IGNORECASE
)
_TAIL = re.compile(  # what may follow the word for the kind of agreement
    r"(?:of|for|on|to|and|at|regarding|&|with)\b|[(（,，:：|–—-]|\d{4}"
    r"|摘要|(?:之)?(?:范本|示范文本|文本|全文|v\d)",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:help|support|cent(?:er|re)|inc|llc|ltd|limited|gmbh|official|home|blog|docs?|hub)\b"
    r"|官网|网站|首页|帮助|中心|公司|网$|平台$",
    re.IGNORECASE,
)
BREAKS = re.compile(
    r"\s*(?:\||｜|/ |»|›|>|·|_{1,2}(?=\S))\s*|\s+[-–—]\s+|\s*——\s*|(?<=[^\x00-\x7f])-"
)


def find_title(text: str, page_title: str, from_file: str) -> tuple[str, str]:
    """Return the title, and the line that it was taken from."""
    found = list(_title_lines(text))
    kinds = [at for at, (title, line, _) in enumerate(found) if line and _names_kind(title)]
    if kinds:
        title = found[kinds[0]][0]
        # A path to the page, or a button, may stand above with the last words of the title.
        near = [at for at in kinds if at < kinds[0] + 4 and found[at][0].endswith(title)]
        title, line, _ = found[near[1] if len(near) > 1 else kinds[0]]
        is_bare = len(title.split()) == 1 and title.isascii() and KINDS.search(from_file)
        line = _LEAD.sub("", line)
        return (from_file, line) if is_bare else (title, line)
    for other in (_clean_title(plain(page_title)), from_file):
        if _names_kind(other):
            return other, other
    title, line, is_heading = found[0] if found else ("", "", False)
    is_other = is_generic(title) or _NO_TITLE.match(title) or re.search("[:：]", title)
    if line and is_heading and not is_other:
        return title, title
    return from_file, from_file


def _title_lines(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield what could be titles before the text begins: clean, the line, whether it is a heading.

    The line is empty for what can be no title of an agreement though it may stand first.
    """
    lines = [line for line in text[:_BEGINNING].splitlines() if line.strip()][:_LINES]
    bodies = 0
    for place, line in enumerate(lines):
        bare = plain(line).strip()
        bodies += len(bare) * (2 if HAN.search(bare) else 1) >= _BODY and "](" not in line
        if bodies > 1:
            return
        below = lines[place + 1] if place + 1 < len(lines) else ""
        is_marked = line.lstrip().startswith(("#", "**", "__")) or bool(_RULE.fullmatch(below))
        title = _clean_title(bare)
        is_row = not is_marked and "](" in line and not _IMAGE.sub("", _LINK.sub("", line)).strip()
        if title and not is_row and not line.lstrip().startswith(("* ", "- ", "+ ", "|")):
            is_early = place < _PLAIN_LINES and len(title.split()) <= 12
            is_numbered = _NUMBER.match(bare.strip("#*_ "))
            is_possible = (is_marked or is_early) and not is_numbered
            yield title, bare if is_possible else "", is_marked or place == 0


def _names_kind(title: str) -> bool:
    """Tell whether a title says what kind of agreement it is, and not what a section is about."""
    read = fold(title)
    kinds = list(KINDS.finditer(read))
    if not kinds or _NO_TITLE.match(read) or (HAN.search(read) and len(kinds) > 2):
        return False
    if _OF_THE.search(read[: kinds[-1].start()]):
        return False
    rest = read[kinds[-1].end() :].strip(' .。”"')
    return not rest or bool(_TAIL.match(rest))


def _clean_title(line: str) -> str:
    """Return a line as a title; empty where it can be none."""
    words = _NUMBER.sub("", _LEAD.sub("", line).strip())
    words = re.sub(r"^title:\s*", "", words)
    words = re.sub(r"^《(.*)》$|^【(.*)】$|^[“\"](.*)[”\"]$", r"\1\2\3", words).strip()
    words = re.sub(r"\s*[(（][^()（）]*\d{4}[年.\-/][^()（）]*[)）]$", "", words)
    is_date = is_date_line(words) and re.search(r"\d", words)
    if not words or is_date or re.fullmatch(r"(?:\S ){4,}\S", words):
        return ""
    words = _without_site(words)
    words = re.sub(r"(?<=\w)[:：] .{20,}$", "", words)
    if re.search(r"https?:|\d{4}-\d\d-\d\d", words):
        return ""
    is_title = is_titlelike(words, marked=True) and any(map(str.isalpha, words))
    return words.rstrip("。.:：") if is_title else ""


def _without_site(words: str) -> str:
    """Take off what a page's title adds: the site, the path to it, a slogan."""
    parts = [part for part in BREAKS.split(words) if part]
    kept = [part for part in parts if KINDS.search(part)]
    if len(parts) < 2 or not kept:
        return words
    is_piped = bool(re.search(r"[|｜»›>_]", words))
    tail = parts[parts.index(kept[-1]) + 1 :]
    if is_piped or any(_SITE.search(part) for part in tail):
        return kept[0]
    return words


def readable(stem: str) -> str:
    """Return a file's name as words: ``012_Acme_Terms`` as ``Acme Terms``."""
    words = re.sub(r"[_\s]+|(?<=[a-zA-Z])-(?=[a-zA-Z])", " ", fold(stem)).strip()
    words = re.sub(r"^(?:\d{1,4}[ .\-]+)+(?=\S)", "", words)
    words = re.sub(
        r"^(?:zh|en)[ \-][A-Z]{2}\b ?(?=\S)|[ .\-](?:zh|en)(?:[ \-][A-Z]{2})?$", "", words
    )
    words = re.sub(
        r"[ .\-]*(?:v?\d{4}(?:[.\-\s]?\d\d?){0,2}|v\d+(?:\.\d+)*|\(\d+\)|20\d\d年版?)$", "", words
    )
    is_plain = words.isascii() and words == words.lower() and KINDS.search(words)
    return (words[:1].upper() + words[1:] if is_plain else words) or stem


def plain(text: str) -> str:
    """Return a text without Markdown, tags and marks of trade."""
    text = re.sub("[™®©\u200b\ufeff\u200d]", "", text)
    words = _LINK.sub(r"\1", _IMAGE.sub("", text))
    words = _TAG.sub("", words.replace("\\", ""))
    return re.sub(r"\*{1,3}|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)", "", words)
