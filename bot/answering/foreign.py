"""A company that a question asks about though no agreement here is of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.answering.names import is_paid_with, is_said
from index.agreement import Agreement
from index.text import fold
from index.titles import is_generic
from index.vocabulary import is_ordinary, is_seldom, is_slip, split_words

_HAN = re.compile(r"[\u3400-\u9fff]")
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
    r"|ask|want|notify|tell|say|support|accept|ship|deliver|return|fire|fine|punish|spy|scan|train"
    r"|shut|stop|lose|hand|raise|drop|break|move|show|sign|promise|pause|lend)"
)
_NO_NAME = (
    r"(?i:if|when|while|because|that|since|once|after|before|unless|whether|why|and|so|but|or|of|in"
    r"|on|at|does|do|did|is|are|was|has|have|had|can|could|will|would|may|might|should|must|i|my|me"
    r"|the|an?|what|who|how|where|which|this|it|they|we|you|he|she|there|not|no|our|your|his|her"
    r"|their|to|for|from|by|with|as|about|into|over|between|than|without|during|per|both|all)\b"
)
_NAME = (
    rf"(?P<name>(?!{_NO_NAME})"
    r"[A-Za-z0-9][\w&+-]*(?:\.[a-z]{2,3}\b)?(?: [A-Z0-9][\w&+-]*){0,3})"
)
_AUX = r"(?:does|do|did|is|are|was|has|have|had|can|could|will|would|may|might|should|must)(?:n't)?"
_THING = (
    r"(?:(?:user |customer |member |service )?(?:agreement|policy)|subscription|membership|premium"
    r"|order|terms|contract|privacy|refund)"
)
_ABOUT = (
    rf"(?:{_THING}|account|plan|customer|support|orders|refunds|data|and|or|if|when|without|before"
    r"|after|do|does|for|is|as|because|within|so|but|anymore|again|now|today|yesterday|last|have"
    r"|has|can|will|to)\b"
)
_WORD = r"(?:[A-Z]|[a-z][A-Z])[\w&]*"
_BIG = rf"(?P<name>(?![A-Z]{{1,5}}s?(?!\w)){_WORD}(?: {_WORD}){{0,2}})"
_ASKED_EN = [
    re.compile(pattern)
    for pattern in (
        # a dispute with NAME? if NAME breaks down; does the NAME give …; resell NAME tickets
        rf"(?i:\b(?:with|from|by|at|on|to|of|against|under|about)\s){_BIG}(?=\s*(?:[?.!,;]|$))",
        rf"(?i:\b(?:if|when|because|since|once|after|before|unless)\s){_BIG}(?=\s+[a-z]+(?:s|ed)\b)",
        rf"(?i:\b(?:does|will|can)\s(?:the)\s){_BIG}(?=\s+[a-z])",
        rf"(?i:\b(?:buy|resell|sell|return|use)\s){_BIG}(?=\s(?i:tickets?|vouchers?|credits?|coins|gift"
        r"|cards?|shares?|orders?|products?|services?|plans?|licen[cs]es?)\b)",
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
        rf"|host)\s(?:\w+\s){{0,2}}(?:with|on|at|from|for|to|by|off)\s){_NAME}(?![\w'])",
        # my NAME subscription; close my NAME account
        rf"(?i:\b(?:my|an?|the|under|per|read|in|to|cancel)\s){_NAME}\s(?i:{_THING})\b",
        rf"(?i:\b(?:an?|the|one|two|your|another|every)\s){_BIG}\+?\s(?i:account|store|app|website)s?\b",
        r"(?i:\b(?:delet|clos|cancel|suspend|bann?|los|recover|deactivat|terminat|transfer)\w*"
        rf"\s(?:my|an?|the)\s){_NAME}\s(?i:account)\b",
        # what happens to my NAME files
        rf"(?i:\bmy\s){_BIG}\s(?i:files?|data|photos?|posts?|messages?|videos?|emails?|history|money"
        r"|balance|listings?|playlists?|projects?|repos?|documents?|plan|seats?|licen[cs]e)\b",
        # my NAME driver; my NAME account was frozen
        rf"(?i:\bmy\s){_NAME}\s(?i:driver|order|delivery|booking|ride|flight|parcel|subscription)\b",
        rf"(?i:\bmy\s){_NAME}\s(?i:account|profile|channel|shop|store|wallet)\s"
        r"(?i:was|is|got|gets|has been)\s(?i:\w+ed|frozen|stolen)\b",
        # if NAME deletes …; NAME refund policy
        r"(?i:^|[.?!,;:]\s|\b(?:if|when|while|because|that|since|once|after|before|unless|whether"
        rf"|why|and|so|but)\s){_NAME}\s(?={_VERBS}(?:s|es|ed|ned|d)?\b|{_THING}\b"
        r"|(?:is|has|can|will|won't|wont|doesn't|account|customer|user|sold|said|kept)\b)",
    )
]
_SHORT = 12  # words of a question that is about whatever it names
_NAMED = re.compile(  # a word that is no place, and nothing that is used beside others
    r"(?<![Ii]n )(?<![Ii]nto )(?<![Nn]ear )(?<!via )(?<!using )(?<!through )(?<!and )(?<!or )"
    r"(?<!to )(?<!from )(?<!than )(?<!my )(?<!My )(?<!Mr )(?<!Mrs )(?<!Ms )(?<=[a-z,] )"
    r"(?P<name>[A-Z][a-z]{2,}[A-Za-z]*|[A-Z]-[A-Z][a-z]+)(?![\w'’-])"
)
_SUBJECTS = (  # where a name is that of somebody who does something
    re.compile(rf"(?i:\b(?:does|did|can|could|will|would|may)\s){_NAME}\s(?=(?:do|{_VERBS})\b)"),
    re.compile(rf"(?i:\bis\s){_NAME}\s(?=(?:liable|responsible|allowed|obliged|entitled)\b)"),
    re.compile(rf"(?<=\w\s){_NAME}['’]s?\s(?=\w+)"),
    re.compile(rf"(?i:\b(?:sue|suing|quit|leave)\s){_NAME}(?=\W|$)"),
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
# Characters that no name of a company begins with, and below those that none ends with: what is
# done, how many, when, of what.
_NO_FIRST_ZH = (
    "为充退买卖付收发换改绑删点用开按去来找打写拿搜扫查下上登注提申取接转欠误补漏多少无未非新旧老大别各每几一二两三半全"
    "年月日周先再已自其另如若但故又做看听录读填签订跟带送借违拖判罚扣涨降停关封锁解冻盗骗偷抢投个位条项种起早晚今明昨"
    "只光单双整总共同本该某此当原前后内外里中左右东西南北男女学公私免打设试领抽加减超逾到过期交存"
)
_OFFERS_ZH = (  # what follows a name: 高德地图, 美团外卖
    r"(?:地图|外卖|打车|单车|视频|音乐|阅读|小说|漫画|电影|笔记|清单|词典|英语|直播|直聘|快递|速运|驿站|网盘|云盘|商城|优选|买菜"
    r"|出行|旅行|租车|银行|保险|证券|航空|理财|浏览器|邮箱|云)"
)
_LATIN_ZH = r"(?:[A-Za-z]站|[A-Za-z][A-Za-z0-9&.+-]+(?: [A-Z][A-Za-z0-9&+-]*)*)"
_LETTER_ZH = rf"(?![{_FUNCTION}])[\u3400-\u9fff]"
_BEFORE_ZH = (
    r"(?:^|[,，。;；:：?？!！]|(?<![A-Za-z])\s|请问|问一下|想问下?|如果|要是|万一|假如|那么?|为什么|为啥|凭什么|是不是|难道|听说|关于"
    r"|从|跟|和|找|被|向|对|去|我的|把|用|在"
    r"|(?:下载|注册|登录|开通|卸载|注销|取消|退订|关闭|关掉|续费|购买|绑定|加入|退出|投诉|起诉)[了掉]?)"
)
_DOES_ZH = (  # what only somebody does: this alone tells a longer name from a thing
    r"(?:会不会|会|能不能|能否|能|可不可以|可以|要|有权|是否|是不是)?(?:随便|自动|一直|直接|偷偷|把我的?|给我|拿我的?|对我)?"
    r"(?:封号?|封禁|冻结|禁言|卖|泄露|保存|保留|收集|倒闭|跑路|扣|抽成?|赔|删|监控|偷|退款|退钱|退|收费|收多少|涨价|欠费|停机|停服|宕机|通知|分享|共享)"
    r"|怎么(?:退|注销|取消|收费|申诉|投诉|提现|算)|(?:的)?(?:会员|账号|帐号|客服|平台|用户协议|隐私政策|服务条款|协议|条款)"
    r"|上(?:买|卖|开店|发|充)|理赔|保修|售后|丢件|丢了|鉴定|七天无理由|商家|卖家|退票"
    r"|(?:司机|骑手|主播|大?会员|退货|订单|押金|买的|订的|上的|里的)"
)
_AFTER_ZH = (
    rf"(?={_DOES_ZH}|会不会|会|能不能|能否|能|可不可以|可以|怎么|怎样|如何|为什么|是不是|是否|有没有|要不要|允许|多久|多少|提前|什么时候|何时"
    r"|的|对|把|给|让|取消|注销|退订|提供|支持|违约|规定|公司|软件|网站|app|APP|App|隐私|店铺|订单|押金)"
)
_ASKED_ZH = [  # a name of letters, or of two to four characters
    re.compile(rf"{_BEFORE_ZH}(?P<name>{name})\s?{_AFTER_ZH}")
    for name in (
        _LATIN_ZH,
        rf"{_LATIN_ZH}{_OFFERS_ZH}",
        rf"(?:{_LETTER_ZH}){{2,3}}{_OFFERS_ZH}",
        rf"(?:{_LETTER_ZH}){{2,5}}网",
        *(rf"(?:{_LETTER_ZH}){{{n - 1}}}(?:{_LETTER_ZH}|会)" for n in (2, 3, 4)),
    )
]
_TO_LEAVE_ZH = re.compile(  # close my NAME account: what begins here need not look like a name
    r"(?:注销|退出|卸载|退订)[了掉]?(?P<name>[\u3400-\u9fff]{2,4}?)(?=的?(?:账号|帐号|账户|会员|APP|App|app))"
)
_OFFERING_ZH = re.compile(rf"(?P<name>[\u3400-\u9fff]{{2}}{_OFFERS_ZH})")  # wherever it stands
_ASKED_ZH += [
    _TO_LEAVE_ZH,
    _OFFERING_ZH,
    re.compile(rf"{_BEFORE_ZH}(?P<name>(?![{_NO_FIRST_ZH}])(?:{_LETTER_ZH}){{2}}{_OFFERS_ZH})"),
    # bought at NAME; a name of letters that begins: no abbreviation, whatever it does
    re.compile(rf"在(?P<name>(?:{_LETTER_ZH}){{2,4}})(?=[上里]?(?:买|订|下单|租|充|开店|卖))"),
    re.compile(
        r"(?:^|[,，。;；:：?？!！]|(?<![A-Za-z])\s|请问|如果|要是|万一|为什么|凭什么|我的|(?:注销|取消|退订|关闭)[了掉]?)"
        rf"(?P<name>(?![A-Z]{{2,5}}(?![A-Za-z]))(?=\w*[A-Z]){_LATIN_ZH})(?=[\u3400-\u9fff])"
    ),
]
_DOES = re.compile(_DOES_ZH)
_OF_SERVICE_ZH = re.compile(  # what only somebody has who sells: a seldom word before it is a name
    r"[上里]?(?:买|卖|订|充|开店|下单)|(?:会|能|可以)?封号"
    r"|的?(?:会员|客服|订单|退货|隐私政策|协议|保修|售后|自动续费|主播|司机|骑手|店铺|押金|优惠券)"
)
_BEGINS_ZH = re.compile(
    r"(?:^|请问|问一下|想问下?|如果|要是|万一|假如|关于|从|跟|和|找|被|向|对|下载了?|注册了?|去|在)$"
)
_DONE_ZH = re.compile(r"[了着过死]|[起下]来")  # after what is done, and so is no name
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST_ODD = 4  # characters of a name among words
_NO_FIRST = frozenset(_NO_FIRST_ZH)
_NO_LAST = frozenset(
    "前后时上里中内外费款号价期税桩险率人员方者商家机品货单站页群本证卡码币金券钱图点完过错用到行才只自别来去出进起"
    "下开掉住好坏新旧少几次个位条项种份张件台部本页面具板块类型版级层度量额值名字词句话事情法律权利务限制式样貌"
    "卖借买租送寄转成功败期间周年月日天夜晚早午刻秒分钟小店房屋车票函文章篇幅集组队社区县市省国界线路桥"
)
_TO_US_ZH = re.compile(
    r"你们|贵司|贵公司|贵方|你家|贵平台|咱们|我们的?(?:应用|系统|平台|网站|程序|产品|公司|客户|app)"
)


# What stands beside a name that is only what something is done with: what is joined to it.
_MENTIONED = re.compile(
    r"(?:\b(?:connect\w*|integrat\w*|sync\w*|compatible|works?|working|api|sdk)\b"
    r"[^,.?!;]{0,30}\b(?:with|to)"
    r"|\b(?:supports?|accepts?|takes?|integrates?)|支持|接受|绑定|接入|对接|分享到|同步到"
    r"|关联|转到|转发到|提现到|发到|充到|打到|导出到|上传到|跑在|部署在)\s*(?:my |an? |the )?$",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\s*(?:导入|导出|打不开|调用|格式|文件|表格|文档|接口|插件|版|系统|手机|电脑|浏览器|能用|支持吗|兼容|[上下]能|能装|镜像)"
    r"|\s*(?:能|可以|可|会|来)?(?:不能|不可以)?(?:支付|付款|付钱|付(?!费)|转账|登录|登陆|授权|扫码|收款|提现|好友|群"
    r"|截图|分享|服务器)|\s+(?:login|log-in|sign-in|servers?)\b",
    re.IGNORECASE,
)
_USING = re.compile(r"\b(?:use|using|used)\s$", re.IGNORECASE)
_TO_PAY_ZH = re.compile(r"[^,，。;；?？!！]{0,8}(?:支付|付|下单|登录|登陆|充值|转账|结账|扫码)")
_TO_PAY = re.compile(r"\s+(?:to|for) (?:pay|log|sign|verify)", re.IGNORECASE)


def _is_object(read: str, start: int, end: int) -> bool:
    """Tell whether a name is only what something is done with."""
    before, after = read[max(0, start - 60) : start], read[end:]
    is_used = (_USING.search(before) and _TO_PAY.match(after)) or (
        before.endswith("用") and (_TO_PAY_ZH.match(after) or re.match("\\s?(?:吗|么|行|$)", after))
    )
    is_joined = is_paid_with(before) or _MENTIONED.search(before)
    return bool(is_joined or _USED.match(after) or is_used)


def find_foreign(text: str, agreements: Sequence[Agreement]) -> str:
    """Return the company that a text asks about though no agreement here is of it or speaks of it.

    A name is known by what it is not: no word that any text may use, none that stands in an
    agreement; and by where it stands: where the one who does a thing is named, or whose
    a thing is. Empty where there is none. A question to us, or about us, names no other.
    """
    read = fold(text)
    is_to_us = _TO_US_ZH.search(read) or _TO_US_EN.search(read)
    if is_to_us or (read.isupper() and read.isascii()):
        return ""
    for name in _candidates(read):
        forms = {name, name.removesuffix("会")}  # 肯德基会 …, but 唯品会
        if name and not any(is_said(form, each) for form in forms for each in agreements):
            return name
    return ""


def _candidates(read: str) -> Iterator[str]:
    """Yield what can be a company, the surest place first."""
    is_han = _HAN.search(read) is not None
    for pattern in [*_ASKED_EN, *_ASKED_ZH] if is_han else _ASKED_EN:
        for found in pattern.finditer(read):
            if not _is_object(read, *found.span("name")):
                yield _company_in(read, found)
    yield from () if is_han else _unknown_words(read)
    for start, run in _odd_runs(read) if is_han else ():
        is_begun = _BEGINS_ZH.search(read[:start]) and not _DONE_ZH.match(read, start + len(run))
        if is_begun and not _is_object(read, start, start + len(run)):
            yield run if run[0] not in _NO_FIRST and run[-1] not in _NO_FIRST | _NO_LAST else ""


def _unknown_words(read: str) -> Iterator[str]:
    """Yield the words of a short English question that are none, but written as names."""
    for found in _NAMED.finditer(read) if len(read.split()) <= _SHORT else ():
        name = found["name"]
        is_name = _is_unknown(name) and name.lower() not in _ROLES and not is_generic(name)
        if is_name and not _is_object(read, *found.span("name")):
            yield name


def _odd_runs(read: str) -> Iterator[tuple[int, str]]:
    """Yield where characters stand that are no word together and seldom one alone, and they."""
    for found in _HAN_RUN.finditer(read):
        at, start, run = found.start(), found.start(), ""
        for word in (*split_words(found[0]), ""):
            if len(word) == 1 and word not in _FUNCTION:
                start, run = (start, run + word) if run else (at, word)
                at += 1
                continue
            is_name = 2 <= len(run) <= _LONGEST_ODD and not all(map(is_ordinary, run[:2]))
            is_name = is_name and not is_ordinary(run[-1] + word[:1])  # 华为手 of 华为手机
            if is_name and word:
                yield start, run
            at, run = at + len(word), ""


def _company_in(read: str, found: re.Match[str]) -> str:
    """Return the company that stands where a name stands; empty where it is none."""
    name = found["name"]
    if _HAN.search(name):
        return name if _is_name_zh(found, read[found.end("name") :]) else ""
    is_name = len(name) > 2 and not is_generic(name) and _is_name_en(read, found)
    words = name.split() if is_name else []
    while len(words) > 1 and is_ordinary(words[0].lower()) and not _is_all_ordinary(words):
        words = words[1:]
    company = " ".join(words)
    return company if len(company) > 2 else ""


def _is_all_ordinary(words: list[str]) -> bool:
    return all(is_ordinary(word.lower()) for word in words)


def _is_name_zh(found: re.Match[str], after: str) -> bool:
    name = found["name"]
    head = _OFFERS.sub("", name)
    is_twice = len(head) == 2 and head[0] == head[1]  # 当当, 转转
    if head.isascii():
        return not is_generic(head)
    is_ended = len(head) == len(name) and name[-1] in _NO_LAST and not name[0].isascii()
    is_offered = len(head) < len(name)
    is_site = name.endswith("网") and not is_ordinary(name)
    is_free = is_twice or (is_offered and len(head) == 2) or found.re is _TO_LEAVE_ZH
    is_begun = is_free or head[:1] not in _NO_FIRST
    if found.re is _OFFERING_ZH:
        return is_seldom(head) and not set(_FUNCTION) & set(head)
    # 华为手 of 华为手机 is cut within a word.
    is_cut = len(name) > 2 and not is_offered and is_ordinary(name[-1] + after[:1]) and after != ""
    if len(head) < 2 or not is_begun or is_ended or is_cut or is_generic(name):
        return False
    if is_site:
        return True
    # What is added to a word follows it: a fee of members, 会员费, but 拼多多.
    is_odd = len(head) == 3 and len(split_words(head)[0]) == 1 and not head[0].isascii()
    if is_ordinary(head) and not is_odd:
        has_service = is_offered or _OF_SERVICE_ZH.match(after) is not None
        return _FIRM.fullmatch(name) is not None or (is_seldom(head) and has_service)
    is_tailed = len(head) == 3 and is_ordinary(head[:2])  # a child secretly: 孩子偷
    is_rare = not all(map(is_ordinary, split_words(head)))
    return len(head) == 2 or (not is_tailed and (is_rare or _DOES.match(after) is not None))


_OFFERS = re.compile(rf"{_OFFERS_ZH}$")
_FIRM = re.compile(  # 招商银行, and no kind of bank
    r"(?!开户|网上|手机|合作|发卡|收款|付款|商业|中央|任何|指定|医疗|社会|意外|旅行|旅游|养老|财产|人身|责任|车辆|汽车"
    r"|运输|健康|国际|国内|民用|通用|购买|投保)[\u3400-\u9fff]{2,3}(?:银行|保险|证券|航空|人寿)"
)
_GRAMMAR = re.compile(  # endings of words that the vocabulary may lack
    r"(?:ed|ing|ly|ies|i[sz]e[sd]?|able|ness|[ts]ion|ment)s?$"
)


def _is_unknown(name: str) -> bool:
    """Tell whether a word is none that a text may use, in any form of it."""
    is_formed = len(name) > _FORMED and _GRAMMAR.search(name) is not None
    return "-" in name or not (is_ordinary(name.lower()) or is_formed)


_FORMED = 7  # letters beyond which an ending tells a word


def _is_name_en(read: str, found: re.Match[str]) -> bool:
    name = found["name"]
    words = [word for word in re.findall(r"[A-Za-z]+", name) if len(word) > 1]
    unknown = [word.lower() for word in words if _is_unknown(word)]
    if re.match(r"(?:Mr|Mrs|Ms|Dr)\b", name):
        return False
    if unknown or re.search(r"\w\.[a-z]{2}|\b[A-Z]-[A-Z]", name):
        is_inside = found.start("name") > 0 or _HAN.search(read) is not None or len(name) > 4
        if any(map(str.isupper, name)) and is_inside:
            return True
        shortest = 3 if name in (found["name"] for found in _SUBJECTS[0].finditer(read)) else 4
        return not all(
            len(word) < shortest or is_slip(word) or _GRAMMAR.search(word) for word in unknown
        )
    is_han = _HAN.search(read) is not None
    is_one = len(re.findall(r"(?<=[a-z,] )[A-Z][a-z]", read)) == len(words)
    is_role = any(word.lower() in _ROLES for word in words)
    is_within = re.search(r"[a-z,] $", read[: found.start("name")]) is not None
    is_rare = any(is_seldom(word.lower()) for word in words) and (is_within or is_han)
    if is_role or not words or not (name[0].isupper() or is_han):
        return False
    if is_han:
        return is_rare or (name[0].isupper() and not name.isupper() and not is_generic(name))
    return is_one and (is_rare or any(pattern.search(read) for pattern in _SUBJECTS))
