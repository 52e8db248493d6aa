"""Whose agreement a text is: its title, the party, and the names that a question may use."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from index.parties import COMPANY_HAN, FORM, LATIN, OF_VENDORS, find_party, short_names
from index.segmentation.lines import HAN
from index.text import fold
from index.titles import BREAKS, GENERIC, KINDS, find_title, is_generic, plain, readable
from index.vocabulary import is_ordinary

LONGEST = 40  # characters of a name
MOST = 8  # names kept of one agreement
_OPENING = 4_000  # characters in which an agreement says whose it is
_READ = 200_000  # characters in which it is looked how a name is written


@dataclass(frozen=True, slots=True)
class Names:
    """Whose an agreement is.

    Attributes:
        title: As the text has it, without marks, dates and the name of the site.
        party: Who offers it, by the full name; empty where the text does not say.
        names: Words by which a question names it, the surest first.
    """

    title: str
    party: str
    names: tuple[str, ...]


def find_names(text: str, stem: str, page_title: str = "") -> Names:
    """Find whose agreement a text is.

    Args:
        text: Of the agreement.
        stem: The file's name without its ending.
        page_title: Of the web page that it was; empty for other files.
    """
    from_file = readable(stem)
    title, line = find_title(text, page_title, from_file)
    opening = fold(plain(text[: 3 * _OPENING]).replace("\n", " ¶ "))[:_OPENING]
    party = find_party(opening)
    said = _Said(text)
    is_named = KINDS.search(from_file) is not None
    found: list[tuple[str, _Trust]] = []
    for words in (from_file, title, line):
        is_sure = is_named and words == from_file and not HAN.search(words)
        is_service = words in (from_file, title) and _OF_SERVICE.search(words)
        trust = _Trust.SURE if is_sure or is_service else _Trust.TITLE
        found += [(name, trust) for name in _names_in_title(words)]
    found += [(name, _Trust.PARTY) for name in short_names(party)]
    found += [(name, _Trust.TEXT) for name in _names_in_title(plain(page_title))]
    found += [(name, _Trust.TEXT) for name in _names_in_opening(opening)]
    found += [(name, _Trust.TEXT) for name in _domains(text, [name for name, _ in found])]
    names = list(_choose(found, said)) or list(said.most_said(opening))
    return Names(title, party, (*names, *_sounds(names)))


class _Trust(IntEnum):
    """How much speaks for a candidate where it stands."""

    TEXT = 0
    PARTY = 1
    TITLE = 2
    SURE = 3  # of a file, or with words after it that follow the name of a service


_WE = r"[“\"'](?:we|us|our|We|Us|Our|WE|US|the Company|Company)[”\"',]"
_OPENINGS = [
    re.compile(pattern)
    for pattern in (
        rf"(?i:between you and|agreement with|entered into (?:by and )?between) (?:the )?"
        rf"({LATIN})",
        rf"({LATIN})(?:,? {FORM})?,? ?\([^()]{{0,60}}?{_WE}",
        rf"\([^()]{{0,60}}{_WE},? ?(?:and|or)?,? ?[“\"']({LATIN})[,.]?[”\"']",
        rf"(?:{FORM}),? ?(?:[^()¶.]{{0,60}}) ?\((?:[^()]{{0,30}})?[“\"']({LATIN})[,.]?[”\"']",
        rf"(?i:references to) [^.]{{0,40}}?[“\"']({LATIN}),?[”\"']",
        rf"(?i:operated|provided|offered(?: to you)?|owned|developed) by ({LATIN})",
        rf"(?i:welcome to|thanks? (?:you )?for (?:using|visiting|choosing)) (?:the )?({LATIN})",
        rf"(?i:your use of|access to) (?:the )?({LATIN})",
        rf"¶ ({LATIN}) (?:is committed|respects|and its affiliates|values|takes)",
    )
]
_HAN_NAME = r"[\w·&.+\u3400-\u9fff-]{2,16}?"
_OPENINGS_HAN = [
    re.compile(pattern)
    for pattern in (
        rf"(?:以下|下)?(?:简称|统称)(?:为|作)?[:：]?\s?[“\"「【'‘]({_HAN_NAME})[”\"」】'’]",
        rf"[“\"「【]({_HAN_NAME})[”\"」】](?:或|、|及)?[“\"「【]?(?:我们|本公司)",
        rf"(?:以下|下)简称(?:为)?({_HAN_NAME})[)）]",
        rf"欢迎(?:您|你)?(?:来到|使用|注册|选择|加入|访问|光临)[“\"「【《]?({_HAN_NAME})"
        r"[”\"」】》]?(?:[(（,，。!！;；]|服务|网站|平台|的)",
        rf"选择[“\"「【]({_HAN_NAME})[”\"」】]",
        rf"(?:您|你|用户)与({_HAN_NAME})(?:之间|达成|签订|订立|共同|就|所)",
        rf"(?:成为|申请)[“\"「【]?({_HAN_NAME})[”\"」】]?(?:的?会员|的?用户)",
        rf"《({_HAN_NAME})(?:平台|网站|用户|会员|注册|服务|隐私|软件|使用)[^》]{{0,16}}》",
        rf"(?:归|由)({_HAN_NAME})(?:公司)?(?:拥有|运营|提供|所有)",
        rf"[。¶] ?({_HAN_NAME})(?:深知|非常重视|十分重视|尊重并?保护|一贯重视)",
        rf"本(?:网站|平台|应用|软件|产品|公司)(?:即|指|系|为)[“\"「【]?({_HAN_NAME})[”\"」】]?[(（,，。]",
    )
]
_END_HAN = re.compile(
    r"(?:用户|会员|客户|商户|商家|个人|信息|隐私权?|保护|注册|服务|使用|许可|最终|平台|网站|网络|软件"
    r"|应用|app|客户端|的|及|和|与|之|入驻|合作|开发者|法律|免责|示范|水平|条款|协议|产品"
    r"|股份|责任|有限|公司|[-\s·])+$",
    re.IGNORECASE,
)
_OF_SERVICE = re.compile(
    r"..(?:隐私|用户|会员|注册|平台|网站|软件|App|APP|个人信息|服务条款|使用条款)"
)
_SUBJECT = re.compile(  # what an agreement is about, between its name and its kind
    r"(?:在线|线上|电子|银行卡|支付|企业|实名|认证|借款|贷款|充值|提现|购买|预订|线路|上传|活动|大赛|比赛"
    r"|知识工作者|消费者|专用|账户|帐户|[-\s·])+$"
)
_LATIN_PIECE = (
    r"(?!20\d\d)[A-Za-z0-9]*[A-Za-z][A-Za-z0-9&.+-]*(?: [A-Za-z][A-Za-z0-9&.+-]*)*"
    r"|(?<!\d)\d{5}(?!\d)"
)
_NO_NAME_HAN = re.compile(
    r"[的您你我、]|^(?:本|该|此|为|是|在|了|于|并|或|和|及|与|后|其|将|平台|网站)|或|并|任何|停止"
    r"|(?:协议|条款|权利人|作者|名称|账号|运营者|按钮)$|相关|使用|关联|其他|行为|服务|直接|进行|之前|用户|会员|一项|产品|平台向|负责|著作权|全部|数字证书"
)


def _names_in_title(title: str) -> Iterator[str]:
    """Yield what stands in a title beside the words for an agreement."""
    for part in BREAKS.split(fold(title)):
        yield from _names_in_han(part) if HAN.search(part) else _names_in_latin(part)


def _names_in_latin(part: str) -> Iterator[str]:
    words = re.findall(r"\S+", re.sub(r"[()\[\]“”\",:]", " ", part))
    kinds = [at for at, word in enumerate(words) if KINDS.fullmatch(word.strip("."))]
    if not kinds:
        yield " ".join(words)
        yield " ".join(itertools.takewhile(lambda word: not is_ordinary(_bare(word)), words))
        return
    head = words[: kinds[0]] if _BEFORE_NAME.isdisjoint(words[: kinds[0]]) else []
    while head and _bare(head[-1]) in GENERIC:
        head.pop()
    yield " ".join(head)
    yield " ".join(itertools.takewhile(lambda word: _bare(word) not in GENERIC, head))
    if len(head) == 2 and re.fullmatch(r"[a-z]{2,4}", head[1]):  # acme com, of acme.com
        yield head[0]
    places = [at for at, word in enumerate(words) if word in _BEFORE_NAME and at > kinds[0]]
    tails = [" ".join(words[at + 1 :]) for at in places[-1:]] + words[kinds[0] + 1 :][-1:]
    yield from (tail for tail in tails if not _is_plain(tail))


_BEFORE_NAME = frozenset(("of", "for", "by", "on", "at"))


def _is_plain(name: str) -> bool:
    """Tell whether a name is made of ordinary words."""
    words = re.findall(r"[a-z]+", name.lower())
    return all(map(is_ordinary, words)) or all(len(word) == 1 for word in words)


def _is_ordinary(name: str) -> bool:
    if HAN.search(name):
        return is_ordinary(name) or bool(_NO_NAME_HAN.search(name)) or is_generic(name)
    return _is_plain(name) or is_generic(name)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower())


def _names_in_han(part: str) -> Iterator[str]:
    for inner in re.findall(r"[(（]([^()（）]+)[)）]", part):
        if not KINDS.search(inner):
            yield inner
    bare = re.sub(r"[(（][^()（）]*[)）]|[《》“”\"【】「」<>]", "", part)
    kind = KINDS.search(bare)
    head = _END_HAN.sub("", bare[: kind.start()] if kind else bare)
    yield head
    yield _SUBJECT.sub("", head)
    for company in COMPANY_HAN.findall(bare):
        yield from short_names(company)
    latin = re.findall(_LATIN_PIECE, head)
    yield from latin
    if latin:
        yield from map(_cut_han, re.findall(r"[\u3400-\u9fff]{2,}", head))
    yield from (_cut_han(piece) for piece in head.split() if HAN.search(piece))


def _names_in_opening(opening: str) -> Iterator[str]:
    for pattern in (*_OPENINGS, *_OPENINGS_HAN):
        for found in list(pattern.finditer(opening))[:2]:
            if OF_VENDORS.search(opening, max(0, found.start() - 60), found.start()):
                continue
            yield _cut_han(found[1]) if HAN.search(found[1]) else found[1]


def _cut_han(name: str) -> str:
    """Return a Chinese name without what a sentence has before and after it."""
    return _END_HAN.sub("", re.sub(r"^(?:由|与|和)|(?<=..)及.*$", "", name))


def _domains(text: str, found: list[str]) -> Iterator[str]:
    """Yield the names that the agreement's own addresses are made of."""
    hosts = re.findall(
        r"(?:https?://(?:www\.)?|www\.|@)([a-z0-9-]+(?:\.[a-z0-9-]+)+)", text.lower()
    )
    labels = Counter(host.split(".")[-2] for host in hosts)
    known = {_squashed(name) for name in found} - {""}
    for label, count in labels.most_common(6):
        bare = _squashed(label)
        is_near = any(bare == name or (len(name) > 4 and name in bare) for name in known)
        if count >= 2 and len(bare) > 3 and is_near:
            yield label


def _sounds(names: list[str]) -> Iterator[str]:
    """Yield the surest Chinese name as it sounds, in Latin letters: 讯众 as ``Xunzhong``."""
    from pypinyin import lazy_pinyin

    han = [name for name in names if re.fullmatch(r"[\u3400-\u9fff]{2,6}", name)]
    for name in han[:2]:
        sound = "".join(lazy_pinyin(name)).capitalize()
        if len(sound) > 4 and not is_ordinary(sound.lower()):
            yield sound


def _squashed(name: str) -> str:
    return re.sub(r"[^a-z0-9\u3400-\u9fff]", "", name.lower())


# Which of the candidates are names

_AROUND_NAME = re.compile(
    r"(?:使用|登录|注册|成为|由|与|向|[，。、；“《])([\u3400-\u9fff]{2,6}?)"
    r"(?:平台|网站|账号|帐号|会员|服务|客户端|App|APP|有权|将)"
)

_ADDRESS = re.compile(r"\]\([^)\s]{0,900}\)|https?://[^\s)]{0,900}|[*_]{2,3}")
_DETERMINER = re.compile(
    r"\b(?:the|a|an|our|your|this|that|any|such|each|all|these|those|its|their)\s$", re.IGNORECASE
)


class _Said:
    """How a text writes its words."""

    def __init__(self, text: str) -> None:
        """Read a text, without the addresses in it."""
        self._lower = text[:_READ].lower()
        self._text = fold(_ADDRESS.sub(" ", text[:_READ]))
        self._squashed = _squashed(self._text)

    def count(self, name: str) -> int:
        """Return how often a text has a name, however it is spaced."""
        return self._squashed.count(_squashed(name))

    def most_said(self, opening: str) -> Iterator[str]:
        """Yield the name that the text says far oftener than any other, from its opening on."""
        latin = Counter(
            re.sub(r"['’]s?$", "", word)
            for word in re.findall(r"(?<=[a-z,’'”] )[A-Z][\w'’]{2,}", self._text)
            if not word.isupper() or len(word) > 4
        )
        han = Counter(_AROUND_NAME.findall(self._text))
        for counts in (latin, han):
            names = [(n, name) for name, n in counts.items() if n > 4 and not _is_ordinary(name)]
            names = sorted((pair for pair in names if pair[1] in opening), reverse=True)
            if names and (len(names) == 1 or names[0][0] >= 2 * names[1][0]):
                yield names[0][1]

    def calls(self, name: str) -> int:
        """Return how often Chinese words are used as a name: quoted, logged in to, of an app."""
        word = re.escape(name)
        used = re.findall(
            rf"[“\"「【‘《]{word}[”\"」】’》]|(?:登录|来到|下载|安装|访问|退出|使用){word}"
            rf"|{word}(?:平台|网站|网|App|APP|app|小程序|软件|客户端|游戏|团队|公司)",
            self._text,
        )
        return len(used)

    def is_address(self, name: str) -> bool:
        """Tell whether a name is that of an address in the text."""
        return bool(re.search(rf"\b{_squashed(name)}\.[a-z]{{2,}}", self._lower))

    def is_written(self, name: str) -> bool:
        """Tell whether a name stands in the text, with its capital."""
        word = re.escape(name[0].upper() + name[1:])
        return re.search(rf"(?<![A-Za-z0-9]){word}(?![A-Za-z0-9])", self._text) is not None

    def is_proper(self, name: str) -> bool:
        """Tell whether ordinary words are written as a name: with a capital, without article."""
        proper = plain = 0
        for found in re.finditer(rf"\b{re.escape(name)}\b", self._text, re.IGNORECASE):
            before = self._text[max(0, found.start() - 8) : found.start()]
            if found[0][0].islower() or (" " not in name and _DETERMINER.search(before)):
                plain += 1
            elif before.strip() and before.rstrip()[-1] not in ".!?:;*#":
                proper += 1
        return proper >= 2 and proper > plain


def _choose(found: list[tuple[str, _Trust]], said: _Said) -> Iterator[str]:
    """Yield the candidates that are names, at most ``MOST``."""
    seen: set[str] = set()
    for each, trust in found:
        name = _trimmed(each, trust)
        key = _squashed(name)
        if key and key not in seen and _is_name(name, said, trust):
            seen.add(key)
            yield name
        if len(seen) >= MOST:
            return


def _trimmed(name: str, trust: _Trust) -> str:
    pieces = re.sub(r"['’][sS]?$", "", name.strip(" .,;:'’\"“”-·*¶()")).split()
    while pieces and trust in (_Trust.TEXT, _Trust.TITLE) and _bare(pieces[0]) in GENERIC - {"the"}:
        pieces = pieces[1:]
    while pieces and _bare(pieces[-1]) in GENERIC:
        pieces = pieces[:-1]
    if pieces and pieces[0].lower() == "the" and not (trust is _Trust.SURE and len(pieces) > 1):
        pieces = pieces[1:]
    return re.sub(r"['’][sS]?$", "", " ".join(pieces))


def _is_name(name: str, said: _Said, trust: _Trust) -> bool:
    is_odd = re.fullmatch(r"[0-9a-f]{8,}|[\d\W]+", name) and not re.fullmatch(r"\d{5,6}", name)
    if not 2 <= len(name) <= LONGEST or is_generic(name) or "${" in name or is_odd:
        return False
    if HAN.search(name):
        return _is_name_zh(name, said, trust)
    if _is_plain(name):
        is_filed = trust is _Trust.SURE and (" " in name or said.is_written(name))
        is_long = " " in name and (trust > _Trust.TEXT or said.is_address(name))
        is_titled = is_long or (trust >= _Trust.TITLE and not name.endswith("s"))
        return len(name) > 2 and (is_filed or (is_titled and said.is_proper(name)))
    return trust > _Trust.TEXT or (said.count(name) > 1 and not _is_defined(name, said))


def _is_name_zh(name: str, said: _Said, trust: _Trust) -> bool:
    is_titled = trust >= _Trust.TITLE and name[0] not in "本该或并"
    if _NO_NAME_HAN.search(name):
        if trust is _Trust.SURE and name.startswith("我的"):
            return said.count(name) > 0
        return is_titled and said.count(name) > 2 and not is_ordinary(name)
    if re.fullmatch(r"[\u3400-\u9fff]+", name) and is_ordinary(name):
        if trust is _Trust.PARTY:
            return len(name) > 2 and said.count(name) > 2
        least = 1 if trust is _Trust.SURE else 2
        return len(name) > 2 and trust > _Trust.TEXT and said.calls(name) >= least
    return trust > _Trust.TEXT or said.count(name) > 1


def _is_defined(name: str, said: _Said) -> bool:
    """Tell whether what a text says first is rather a word that it defines, or a place in it."""
    first, *others = name.split()
    is_led = is_ordinary(_bare(first)) and said.count(name) < 4
    has_number = any(word[0].isdecimal() for word in others)
    return is_led or has_number or (name.isupper() and len(name) < 5)
