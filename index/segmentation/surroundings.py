"""What stands around an agreement in a saved page: the head and the foot of the page, and cards.

No single line tells. The lines before the agreement's first sentence, and those after its last,
are the page's own where enough of them are links, buttons and names of networks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum

from index.segmentation.lines import HAN, LINK, Line, read_opening, strip_markers

_CARD = re.compile(
    r"\[(?:[^\[\]]|!\[[^\[\]]{0,200}\]\([^()\s]{0,600}\)){1,1500}\]\([^()\s]{1,700}\)"
)
_CARD_SIGNS = ("\n#", "![", "\n--", "\n==")
_WORDS = re.compile(
    r"(?:(?:log ?in|log ?out|sign ?(?:in|up|out)|register|join(?: now)?|get started|get help"
    r"|start (?:for )?free|try (?:it )?(?:for )?free|free trial|book a demo|request a demo"
    r"|contact (?:us|sales)|about(?: us)?|our story|careers?|jobs|press(?: & media)?|news(?:room)?"
    r"|blog|products?|solutions?|features?|pricing|plans|resources?|company|enterprise|customers"
    r"|partners?|developers?|documentation|docs|community|support|help(?: ?cent(?:er|re))?|faqs?"
    r"|status|security|legal|sitemap|site map|accessibility|social|socials|home|menu|search|close"
    r"|skip to .{2,20}|share(?: this.{0,12})?|partager|teilen|compartir|condividi|copy(?: link)?"
    r"|copier|copied|print(?: .{0,20})?|download(?: .{0,20})?|save(?: .{0,12})?|view pdf"
    r"|(?:accept|reject|decline|allow|confirm)(?: all)?(?: cookies)?|customi[sz]e"
    r"|consent preferences|save my preferences|always active|(?:manage )?cookie (?:settings|policy)"
    r"|manage cookies|cookie preferences|your privacy choices|do not sell .{0,40}|subscribe"
    r"|newsletter|follow us.{0,20}|next|previous|back|prev|terms(?: of (?:service|use))?|privacy"
    r"(?: (?:policy|notice))?|imprint|impressum|powered by.{0,40}|read more|learn more|show more"
    r"|facebook|twitter|x|x / twitter|linkedin|instagram|youtube|tiktok|pinterest|reddit|discord"
    r"|github|google\+|whatsapp|telegram|mastodon|bluesky|threads|medium|snapchat|weibo|wechat|rss"
    r"|app store|google play|en|de|fr|es|english(?: \(\w{2}\))?|deutsch|français|español|italiano"
    r"|português|nederlands|svenska|polski|日本語|한국어|简体中文|繁體中文|繁体中文|中文(?:版)?"
    r"|written by .{2,40}|updated .{1,12} .{2,12} ago|\d{1,3} min(?:ute)?s? read"
    r"|version ?: ?.{2,30}|was this (?:page |article )?helpful\??|yes|no"
    r"|oops! something went wrong.{0,40}|thank you! your submission has been received!?"
    r"|\{\{.{1,60}\}\}|opens in (?:a )?new (?:tab|window)"
    r"|登录|登陆|登入|注册|註冊|立即(?:注册|登录|体验|下载|购买|开通|咨询)|免费(?:注册|试用)"
    r"|忘记密码|找回密码|获取(?:短信|动态|手机)?(?:验证)?码|发送验证码|同意(?:并继续)?|不同意|首页|主页"
    r"|官网首页|返回.{0,6}|回到.{0,6}|搜索|分享(?:到.{0,8})?|收藏|点赞|打印(?:本页)?|下载(?:app|客户端)?"
    r"|客户端下载|关闭|取消|确定|提交(?:请求)?|我的|我的(?:订单|账户|帐户|收藏)|购物车|个人中心|会员中心"
    r"|关于(?:我们)?|關於我們|联系我们|聯絡我們|加入我们|(?:诚聘|招聘).{0,4}|.{0,6}招聘|商务合作|友情链接"
    r"|(?:网站|站点)地图|帮助(?:中心)?|新手(?:引导|指南)|常见问题|常見問題|(?:在线|qq|官方)?客服|意见反馈"
    r"|问题反馈|客户投诉|投诉建议|服务条款|服務條款|使用条款|用户协议|隐私(?:政策|权政策|声明|条款)"
    r"|隱私權?政策|法律声明|免责声明|同意《.{2,30}》|版权(?:声明|所有)|关注(?:我们|官方微信|公众号|微博)?"
    r"|(?:官方)?(?:微信|微博)(?:公众号)?|(?:微信|qq|微博)登录|扫码.{0,12}|扫一扫.{0,12}|产品|价格|活动|新闻"
    r"|资讯|优惠|更多|查看更多|上一篇.{0,40}|下一篇.{0,40}|相关(?:阅读|文章|推荐)|热门(?:文章|推荐)|语言"
    r"|切换语言|写点评|写评论)[\s|·/>»,、？?&!]{0,4}){1,8}",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\[\]]{0,200}\]\([^()\s]{0,700}\)|\[\]\([^()\s]{0,700}\)")
_SHARER = re.compile(
    r"\]\([^()]{0,80}(?:/intent/|/sharer|/share\b|shareArticle|share\?|whatsapp:|fb-messenger)"
)
_CONSENT = re.compile(r"\b(?:accept|reject|allow) all\b|全部接受|全部拒绝|接受全部", re.IGNORECASE)
_COOKIE = re.compile(r"cookie", re.IGNORECASE)
_FORM = re.compile(r"\bform\b|表单|表單", re.IGNORECASE)
_FIELD = re.compile(r"[*\s]{0,4}[\w ]{2,24}[*\s]{0,4}[:：][*\s]{0,4}")
_STAYS = re.compile(
    r"\b(?:annex|appendix|schedule|exhibit|addend|contact|definitions?)|附件|附录|附錄|附表|联系|聯絡",
    re.IGNORECASE,
)
NAMES_IT = re.compile(
    r"\b(?:terms|conditions|policy|policies|agreement|notice|statement|charter|guidelines|rules"
    r"|licen[cs]e|contract)\b|协议|協議|条款|條款|政策|声明|聲明|合同|须知|规则|规定|指引|公约|章程",
    re.IGNORECASE,
)

_MORE = re.compile(
    r"\b(?:related|more|see also|previous|prior|archived?|languages|articles)\b"
    r"|相关|更多|推荐|历史|阅读",
    re.IGNORECASE,
)
BULLETS = "-*+•·"
_SHORT, _SHORT_HAN = 80, 32  # characters of a line that may be the page's own
_FEWEST = 2  # signs; with fewer the lines at the end stay
_LONGEST = 400  # characters of a line of menus
_LONGEST_HEAD = 60  # lines


class _Kind(Enum):
    """What a line is, seen from the end of a page."""

    BODY = "body"  # words of an agreement
    LABELLED = "labelled"
    SHORT = "short"  # nothing by itself
    LINK = "link"  # a link and no more
    WORDS = "words"  # of menus and buttons
    SURE = "sure"  # a row of links, a card, a button, the line with the copyright

    @property
    def is_sign(self) -> bool:
        """Whether it is a sign of a page around an agreement."""
        return self in (_Kind.LINK, _Kind.WORDS, _Kind.SURE)


def find_surroundings(text: str, lines: list[Line], known: Mapping[int, str]) -> Mapping[int, str]:
    """Return the reason for each line (by its place) that belongs to the page around a text."""
    found = dict.fromkeys(_find_cards(text, lines), "menu")
    kinds = _Kinds(text, lines, {**known, **found})
    found |= dict.fromkeys(_find_head(text, lines, kinds), "menu")
    found |= dict.fromkeys(_find_foot(text, lines, kinds), "foot of a page")
    return {place: reason for place, reason in found.items() if place not in known}


class _Kinds:
    """The kinds of lines, each looked at once and only where it is asked for."""

    def __init__(self, text: str, lines: list[Line], known: Mapping[int, str]) -> None:
        self._text, self._lines, self._known = text, lines, known
        self._seen: dict[int, _Kind] = {}

    def __getitem__(self, place: int) -> _Kind:
        if place not in self._seen:
            self._seen[place] = self._look(place)
        return self._seen[place]

    def is_row(self, place: int) -> bool:
        """Return whether a line is a row or a card of links, or tells of the copyright."""
        return self._known.get(place) in ("menu", "foot of a page")

    def _look(self, place: int) -> _Kind:
        reason, line = self._known.get(place, ""), self._lines[place]
        words = self._text[line.start : line.end]
        if reason:
            is_sign = reason not in ("rule", "artefact") or "](" in words
            return _Kind.SURE if is_sign else _Kind.SHORT
        kind = _kind_of(words, is_heading=is_marked(self._text, line))
        label = read_opening(self._text, line.start, line.end).label
        is_labelled = label is not None and not label.weak
        is_sign = kind.is_sign and not is_marked(self._text, line)
        return _Kind.LABELLED if is_labelled and not is_sign else kind


def _kind_of(words: str, *, is_heading: bool) -> _Kind:
    if _SHARER.search(words[:_LONGEST]):
        return _Kind.SURE
    if _is_link(words):
        return _Kind.LINK
    plain = plain_words(words[:_LONGEST])
    if len(words) <= _LONGEST and _WORDS.fullmatch(plain):
        return _Kind.SHORT if is_heading else _Kind.WORDS
    return _Kind.SHORT if _is_short(plain) else _Kind.BODY


def plain_words(words: str) -> str:
    """Return the words of a line without bullets, heading marks and the targets of links."""
    return strip_markers(strip_markers(words.lstrip(BULLETS + " ")).strip("[]<>|·• ↑^-*()\u200d"))


def is_marked(text: str, line: Line) -> bool:
    """Return whether a line is a heading by a mark of Markdown."""
    return bool(line.underline) or text[line.start] == "#"


def _is_link(words: str) -> bool:
    """Return whether a line is links to other pages and nothing else."""
    if len(words) > 4 * _LONGEST or "](mailto:" in words or "](tel:" in words:
        return False
    words = _IMAGE.sub("", _IMAGE.sub("", words))  # an image, and a link that holds no more
    rest, count = LINK.subn("", words)
    plain = plain_words(words)
    is_all = count and not any(mark.isalnum() for mark in rest.strip("#0123456789. "))
    is_named = len(plain) <= _SHORT * count and "http" not in plain and "@" not in plain
    if not any(mark.isalnum() for mark in words):
        return True
    return bool(is_all and is_named and not _STAYS.search(plain))


def _is_short(plain: str) -> bool:
    limit = _SHORT_HAN if HAN.search(plain) else _SHORT
    return len(plain) <= limit and not plain.endswith(("。", ";", "；", ".")) and "，" not in plain


def _find_cards(text: str, lines: list[Line]) -> list[int]:
    """Return the lines of links that go over several lines, a picture or a heading among them."""
    spans = [
        found.span()
        for found in _CARD.finditer(text)
        if "\n" in found[0] and any(sign in found[0] for sign in _CARD_SIGNS)
    ]
    places, at = [], 0
    for start, end in spans:
        while at < len(lines) and lines[at].end <= start:
            at += 1
        while at < len(lines) and lines[at].start < end:
            places.append(at)
            at += 1
    return places


def _find_head(text: str, lines: list[Line], kinds: _Kinds) -> list[int]:
    """Return the lines before an agreement that are the page's own, its title excepted."""
    head = [plain_words(text[line.start : line.end][:_LONGEST]) for line in lines[:_LONGEST_HEAD]]
    seen = Counter(
        "" if "](" in text[line.start : line.end] else plain
        for line, plain in zip(lines, head, strict=False)
    )
    found: list[int] = []
    waiting: list[int] = []  # lines that a sign after them makes the page's own
    has_title = False
    for place, plain in enumerate(head):
        kind, is_cookie = kinds[place], bool(_COOKIE.search(plain))
        names_it = bool(NAMES_IT.search(plain)) and "《" not in plain
        names_it = names_it and "](" not in text[lines[place].start : lines[place].end]
        may_be_title = is_marked(text, lines[place]) or names_it or seen[plain] > 1
        if kind is _Kind.LABELLED or (kind is _Kind.BODY and not is_cookie):
            break
        if kind is _Kind.BODY or (kind is _Kind.SHORT and not may_be_title):
            is_beside = not has_title or found[-1:] == [place - 1]
            waiting += [place] if is_beside or kind is _Kind.BODY else []
        elif kind is _Kind.SURE or (kind.is_sign and not names_it):
            is_banner = any(kinds[before] is _Kind.BODY for before in waiting)
            if not is_banner or _CONSENT.search(plain):
                found += [*waiting, place]
                waiting = []
        else:
            has_title = True
    if len(found) == 1 and found[0] > 0 and kinds[found[0]] is _Kind.WORDS:
        line = lines[found[0]]  # 注册 below the title may be the first heading
        return found if "](" in text[line.start : line.end] else []
    return found


def _find_foot(text: str, lines: list[Line], kinds: _Kinds) -> range:
    """Return the lines after an agreement that are the page's own."""
    start = _walk_up(lines, kinds)
    lead_in = start - 1
    while lead_in >= 0 and kinds[lead_in] is _Kind.SHORT and text[lines[lead_in].start] in BULLETS:
        lead_in -= 1
    if lead_in >= 0 and text[lines[lead_in].end - 1] in ":：":
        start = _end_of_list(text, lines, kinds, lead_in)
    start = _with_form(text, lines, start)
    found = [kinds[at] for at in range(start, len(lines)) if kinds[at].is_sign]
    is_headed = start > 0 and is_marked(text, lines[start - 1]) and kinds[start - 1] is _Kind.SHORT
    above = text[lines[start - 1].start : lines[start - 1].end] if is_headed else ""
    is_list = all(kind is _Kind.LINK for kind in found) and not _MORE.search(above)
    if len(found) < _FEWEST or is_list:
        return range(0)
    return range(start - is_headed, len(lines))


def _walk_up(lines: list[Line], kinds: _Kinds) -> int:
    """Return where the foot of a page begins, if the page has one.

    A few sentences among many signs are the page's own as well, such as an appeal to subscribe.
    """
    signs, sentences, start = 0, 0, len(lines)
    for place in range(len(lines) - 1, -1, -1):
        kind = kinds[place]
        if kind is _Kind.BODY:
            sentences += 1
        if kind is _Kind.LABELLED or sentences * 4 > signs:
            break
        signs += kind.is_sign
        if kind.is_sign and (not sentences or kinds.is_row(place)):
            start = place
    return start


def _end_of_list(text: str, lines: list[Line], kinds: _Kinds, lead_in: int) -> int:
    """Return the place after the list that a line introduces."""
    after = lead_in + 1
    while after < len(lines) and (
        text[lines[after].start] in BULLETS or kinds[after] is _Kind.LINK
    ):
        after += 1
    return after


def _with_form(text: str, lines: list[Line], start: int) -> int:
    """Return where the fields of a form before a place begin, and the words that ask for them."""
    first = start
    while first and _FIELD.fullmatch(text, lines[first - 1].start, lines[first - 1].end):
        first -= 1
    if start - first < 2:
        return start
    asks = lines[first - 1]
    is_asked = first > 1 and _FORM.search(text, asks.start, min(asks.end, asks.start + _LONGEST))
    return first - 1 if is_asked else first
