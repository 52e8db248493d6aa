"""A question in, whether it names nothing by itself: “Who pays for that?”, “损失算谁的？”."""

from __future__ import annotations

import re

_GENERIC_ZH = re.compile(  # words that a question about anything may be made of
    r"我们?|你们?|您|咱们?|贵司|贵公司|贵方|平台|公司|客服|他们?|它们?|自己|谁|什么|啥|怎么样?|怎样|咋|如何"
    r"|为何|为什么|凭什么|多久|多长|多少|多大|几|哪里?|何时|是否|能否|可否|有没有|是不是|会不会|能不能"
    r"|可不可以|要不要|需不需要|这个?|那个?|这种|那种|这样|那样|这些|那些|里面|其中|上面|期间|之前|之后"
    r"|以前|以后|到时候?|届时|否则|不然|如果|要是|的话|要求|需要?|要|得|应该?|可以|能够?|会|可能|必须"
    r"|提前|立即|马上|直接|具体|一般|大概|最多|最少|至少|天|日|周|个?月|年|小时|工作|时间|时候|期限"
    r"|通知|告知|告诉|说|赔偿?|补偿|损失|责任|费用?|钱|后果|承担|负责?|付|出|算|归|处理|解决|办理?|操作"
    r"|流程|步骤|手续|恢复|找回来?|追回|拿回来?|收费?|收取|影响|产生|发生|结果|原因|做|干|弄|有|没|是|在|被|把|给|对"
    r"|向|跟|和|与|还|也|都|就|才|又|再|先|后|全|不|吗|呢|吧|啊|呀|了|的|地|得|着|过|来|去|到|上|下|个|点|请问?"
    r"|\W|\d"
)
_GENERIC_EN = re.compile(
    r"\b(?:[a-z]"
    r"|a|about|actually|after|again|all|also|always|am|an|and|any|anyone"
    r"|anything|are|as|at|away|back|be|bear|bears|been|before|being|but|by|can"
    r"|compensate|compensated|compensation|cost|costs|could|damage|damages|day|days"
    r"|did|do|does|done|else|ever|exactly|fee|for|from|get|give|given|go|gonna"
    r"|got|had|happen|happened|happens|has|have|he|her|here|him|his|how|i|if"
    r"|immediately|in|is|it|its|just|liable|long|loss|losses|lost|make|many|may"
    r"|me|might|month|months|much|must|my|need|needed|no|not|notice|notify|now"
    r"|of|off|on|once|one|ones|or|otherwise|our|ours|out|over|own|paid|pay"
    r"|pays|process|re|really|receive|responsible|right|same|shall|she|should|so"
    r"|some|someone|soon|steps|still|stuff|supposed|sure|take|takes|tell|than"
    r"|that|the|their|them|then|there|these|they|thing|things|this|those|to|too"
    r"|under|until|up|us|very|was|way|we|week|weeks|were|what|whatever|when"
    r"|where|whether|which|who|whom|whose|why|will|with|within|without|wont"
    r"|would|yes|yet|you|your|yours"
    r")\b"
)
_LETTERS = re.compile(r"[a-z\u3400-\u9fff]")
_ELSEWHERE = re.compile(  # words that point at what was said, and at the end what is left out
    r"^(?:and |or |but )?(?:if|when) (?:so|not|yes|no)\b|^(?:and |or )?(?:otherwise|in that case)\b"
    r"|\b(?:without|with|before|after|against) ?\??$"
)
_INSIDE = re.compile(r"^.{0,4}(?:里面|里边|其中|上面)|\b(?:in|on|inside) it\b")
_BRACKETS = re.compile(r"\(.{0,24}?\)")


def points_back(text: str) -> bool:
    """Tell whether a normalised question takes up the question before it: “If not, …”."""
    return _ELSEWHERE.search(text) is not None


def points_inside(text: str) -> bool:
    """Tell whether a normalised question is about a part of what was spoken of: “里面的数据”."""
    return _INSIDE.search(text) is not None


def is_hanging(text: str) -> bool:
    """Tell whether a normalised question means nothing without what stands before it."""
    own = _GENERIC_ZH.sub("", _GENERIC_EN.sub("", _BRACKETS.sub("", text)))
    return points_back(text) or not _LETTERS.search(own)
