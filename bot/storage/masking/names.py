"""What the words before a number say it is: a telephone, a passport, or an order."""

from __future__ import annotations

import re
import string
from bisect import bisect_left
from enum import StrEnum
from functools import cached_property

from bot.storage.masking.kinds import Kind


class Other(StrEnum):
    """What a number may be called that is none of the kinds."""

    NOTHING = "nothing"  # a number of a thing: an order, a model, a clause
    QQ = "qq"


Name = Kind | Other

_WORDS: dict[Name, str] = {
    Other.NOTHING: (
        "订单|[单票货料款期房]号|运单|快递|流水|交易|发票|代码|编号|型号|条形?码|序列号?|版本|错误码?|报错|端口|批次|"
        "公告|文号|备案?|许可证|股票|邮编|时间戳|积分|[金总]额|合计|共计?|坐标|经度|纬度|提交|次列车|产品|[版第]|升级到|"
        "(?<![a-z])(?:order(?: id| code)?|tracking|parcel|invoice|ticket|case|transaction(?: id)?|"
        "receipt|model|part|item|product|serial|sku|versions?|release|build|commit|error(?: code)?|"
        "err|code|errno|status|sections?|clauses?|articles?|chapter|ports?|flight|train|room|zip|"
        "amount|total|limit|rate|latitude|longitude|timestamp|isbn|issn|ean|upc|vat|tax|duns|company|registr(?:ation|y|ierung)|identification|contract|policy|licen[cs]e|(?:app|request|user|business|corporate|corp\\.|store|"
        "client|trace|session) id|chrome|firefox|v)"
    ),
    Kind.IDENTITY: (
        "身[份分][证證]件?|证件|居[住留]证|身分|实名信息|"
        "(?<![a-z_/])(?:identity(?: card)?|id(?: card)?|ssn|social(?: security)?|ni|"
        "national insurance|aadhaar|"
        "nric|hkid|cpf|sin|resident registration|"
        "residence permit)"
    ),
    Kind.PASSPORT: "护照|(?<![a-z])passport",
    Kind.PERMIT: (
        "通行证|台胞证|回乡证|入台证|入港证|"
        "(?<![a-z])(?:travel|return|entry|macau|kong|resident|stay|the|my) permit|"
        "(?<![a-z])(?:taiwan residents|taiwan compatriot permit|taiwan compatriot)"
    ),
    Kind.CARD: (
        "卡号|银行卡|信用卡|储蓄卡|借记卡|[工农建招]行卡?|我的卡|"
        "(?<![a-z])(?:(?:credit|debit|bank)? ?card|visa|amex|"
        "mastercard|maestro|unionpay)"
    ),
    Other.QQ: "(?<![a-z])q ?q|扣扣|企鹅号",
    Kind.ACCOUNT: "(?<![a-z])(?:bank )?account|[账帐][户号]|户头",
    Kind.ADDRESS: "(?<![a-z])ip(?: ?address)?|登录|访问|(?<![a-z])(?:log ?in|logged in|host|from)",
    Kind.PLATE: "车牌|使馆车|牌照|(?<![a-z])plate",
    Kind.PHONE: (
        "电话|手机|座机|固话|致电|拨打?|传真|电联|打给?|联系方式?|短信|热线|号码|(?<![a-z])(?:tel(?:ephone)?|phone|fax|mobile|"
        "cell(?:phone)?|call|ring|text|dial|reach|whatsapp|landline|contact|sms|digits|"
        "(?:my|his|her|your) number)"
    ),
}
_GROUPS: dict[str, Name] = {f"g{number}": name for number, name in enumerate(_WORDS)}
_NAMES = re.compile(
    "|".join(f"(?P<{group}>{words})" for group, words in zip(_GROUPS, _WORDS.values(), strict=True))
)
_BETWEEN = re.compile(  # what may stand between a name and its number
    r"(?:[\s:=,.\"'(\[#*-]|号码?|账号|证件|[是为了的填]|"
    r"(?:id|no|nr|num(?:ber)?|card|is|was|the|my|his|her|to|on|at|of|for|me|us|him|i|you|gave)"
    r"(?![a-z]))*"
)
_FARTHEST = 24  # characters between them


_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)  # offsets stay


class Names:
    """The words of one text that say what a number is; read when first asked for."""

    def __init__(self, plain: str) -> None:
        self._plain = plain

    def before(self, start: int) -> Name | None:
        """Return what the words that lead up to a number call it; None where they do not.

        The outermost word counts: an invoice number is an invoice's, an order ID is an order's.
        """
        lower, ends, names = self._found
        at = bisect_left(ends, start - _FARTHEST)
        while at < len(ends) and ends[at] <= start:
            if _BETWEEN.fullmatch(lower, ends[at], start):
                return names[at]
            at += 1
        return None

    @cached_property
    def _found(self) -> tuple[str, list[int], list[Name]]:
        """The text in small letters, where each name ends in it, and what it names."""
        lower = self._plain.translate(_LOWER)
        found = list(_NAMES.finditer(lower))
        names = [_GROUPS[match.lastgroup or ""] for match in found]
        return lower, [match.end() for match in found], names
