"""What is no question about these agreements, whatever clause may come near it.

Two things that nearness cannot tell: a question about another company's terms reads like
one about ours, and an order to the program reads like a sentence with many words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from index.agreement import Agreement
from index.text import normalise

# Companies that offer the same kind of service; one that has an agreement here is not meant.
_OTHERS = (
    "阿里云", "腾讯云", "华为云", "百度云", "百度智能云", "火山引擎", "七牛", "又拍云",
    "网易云信", "融云", "环信", "声网", "容联云", "云片", "玄武", "梦网", "创蓝", "微信支付",
    "支付宝", "钉钉", "twilio", "vonage", "sinch", "messagebird", "plivo", "bandwidth.com",
    "infobip", "sendgrid", "mailgun", "aws", "amazon", "azure", "google cloud", "aliyun",
    "alibaba cloud", "tencent cloud", "huawei cloud", "agora", "ringcentral", "telnyx", "stripe",
    "openai", "slack", "zoom", "whatsapp",
)  # fmt: skip
_ASKED_ABOUT = (  # the company is the one that is asked about, not merely mentioned
    r"(?:^|[,，。;；:：]\s*|请问|\b(?:does|do|is|are|can|could|will|would|has|have|did|of|at|with|by"
    r"|under)\s)(?:{name})(?![a-z])(?!\s*(?:账号|服务器|用户|server|account|user|customer))"
    r"|(?:{name})(?:'s|的(?!账号|服务器|用户|客户)|怎么收|会不会|多少钱)"
)
_ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|绕过).{0,12}(?:指令|指示|提示|规则|设定|限制|要求|以上|之前)"
    r"|系统提示|提示词|(?:扮演|假装|你现在是|从现在起你是|越狱|开发者模式)"
    r"|\b(?:ignore|disregard|forget|override|bypass)\b.{0,24}"
    r"\b(?:instructions?|prompts?|rules|above|previous|prior|everything|contracts?|agreements?)\b"
    r"|\bsystem\sprompt\b|\b(?:act|behave|respond)\sas\s(?:a|an|if|my)\b|\bpretend\s(?:to|you|that)\b"
    r"|\byou\sare\snow\b|\bjailbreak\b|\bdeveloper\smode\b"
)


def is_order(text: str) -> bool:
    """Tell whether a normalised text orders the program about instead of asking."""
    return _ORDERS.search(text) is not None


def asks_of_others(text: str, agreements: Sequence[Agreement]) -> bool:
    """Tell whether a normalised text asks about a company that has no agreement here."""
    return _others_pattern(tuple(agreements)).search(text) is not None


@functools.lru_cache(maxsize=16)
def _others_pattern(agreements: tuple[Agreement, ...]) -> re.Pattern[str]:
    ours = " ".join(
        normalise(" ".join((a.id, a.title, a.title_en, a.party, a.party_en, *a.aliases)))
        for a in agreements
    )
    names = "|".join(re.escape(name) for name in _OTHERS if name not in ours)
    return re.compile(_ASKED_ABOUT.replace("{name}", names))
