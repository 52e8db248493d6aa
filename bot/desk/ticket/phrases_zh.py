"""What asks, requests and demands look like in Chinese, in the words of ``to_reading``."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"吗|么[啊呀呢?~!]*$|呢\s*\?*$|(?<!没)(?<!没有)(?:什么|啥)(?!都|也|的都)|怎[么样](?!也|都"
    r"|着)|咋|如何|为何|凭什么|多久|多少(?!有)|多长|多大|多快|多高|多晚|多早"
    r"|几(?:个|天|号|点|次|条|年|月|周|日|家|份|种|成|折|块|元|小时|分钟|工作日)(?!问题)"
    r"|哪(?!怕)|(?<!无论)(?<!不管)谁(?!都|也)|何时|何种|何地|何处|是否|能否|可否|有无|与否|会否"
    r"|需否"
    r"|([\u4e00-\u9fff])[不没]\1|(?:算|行|可以|允许|合法|合规|要紧|退|赔|给)(?:不|没|否)(?:行|算"
    r"|可以)?[?~!\s]*$|[\u4e00-\u9fff](?:不|没|否)[?~!\s]*$"
    r"|还是.{1,20}[?]$"
)
_NO_ASK = re.compile(
    r"^(?:[^,]{0,12}(?:没|没有|不)(?:说|写|告诉|讲)?(?:什么|啥|谁|多少|几)|(?:不管|无论|不论"
    r"|甭管).{0,40}"
    r"|[^,?]{0,10}(?:几|多少)(?:个)?小?问题[^,?]{0,14}|我(?:就|也)?不说什么.{0,8}|没(?:多久"
    r"|几天).{0,20}|.{0,6}一?动不动就?.{0,24}|.{0,10}差不多.{0,10}|.{0,12}对不对得起.{0,6}"
    r"|.{0,6}(?:不得不|时不时).{0,30})$"
)
_REQUEST = re.compile(
    r"请问|(?:想|要|来|再)(?:请|要|再|先|跟您|跟你|向您|向你|向贵司|麻烦)?(?:问|咨询|请教|确认"
    r"|了解|知道|打听|弄清|搞清)(?:一)?(?:下|问|清楚|个)?"
    r"|(?:麻烦|烦请|请|劳烦|劳驾|望|盼|帮忙|帮我|恳请|求)(?:您|你|你们|贵司|贵方|客服|各位|尽快"
    r"|书面|明确|具体|帮忙|帮我|再|予以?|给|一并|也|老师){0,3}"
    r"(?:告知|告诉|说明|解释|确认|明确|解答|答复|回复|讲|说|看|查|澄清|指教|核实)(?:一)?(?:下|声"
    r"|我|我们)?"
    r"|咨询(?:一)?(?:下|个)?|问(?:一)?(?:下|个)|请教(?:一)?(?:下)?|了解(?:一)?下|求(?:解答|助|告知)"
)
_FILLER = re.compile(
    r"几?个?(?:问题|事[儿情]?)|如下|以下|下面|事情|两件事|几点|几件事|关于|另外|还有|以及|然后|顺便|再|也"
    r"|我们?|您好?|你们?|咱们|贵司|贵方|贵公司|一下|下|现有|请予|答复|的|有|就是|是|那|哈|哦|呀"
    r"|啊|吧|呗|麻烦|方面"
    r"|\d|[\s,:。.!~?()\"'-]"
)
_DEMAND = re.compile(
    r"(?:要求|申请|需要|想要|希望|强烈|必须|马上|立刻|立即|赶紧|赶快|尽快|给我|限(?:你们?|贵司|贵方|期)|我(?:们|司|方)?(?:现在"
    r"|就|也|只|还)?(?:要|想)|(?<!申)请(?!问)|麻烦|把.{1,24})[^,。?]{0,24}?"
    r"(?:赔偿|补偿|退(?:款|钱|费|还|回|给|了)|赔|恢复|解封|解冻|注销|删除|删掉|开(?:具|发票|票"
    r"|个?证明|通)|删了|清空|清除|销毁|返还|取消|导出|赔付|免除|减免|调低|打折|转让|过户|更正|盖章)"
    r"|(?:请|麻烦)(?!问)[^,。?]{0,10}(?:提供|出具|列明|列出|发一?份|寄一?份)"
    r"|^\W*(?:快|赶紧|马上|立刻|必须)?(?:给我|还我|把)?(?:退|赔|还)(?:我)?(?:钱|款|费|全款|损失|\d[\d,.]{0,9}(?:元|块钱?|万)?)(?:了|吧|来)?\W*$"
)
_NO_DEMAND = re.compile(r"(?:退订|要求我|让我(?:们)?(?:赔|退)|被要求|不需要|不想|不要)")
_CONTENT = re.compile(r"[\u4e00-\u9fffa-z]")
_LEAST = 4  # characters of a request beside its polite words, from which it says what it is for


def asks(clause: str, *, is_marked: bool) -> bool:
    """Tell whether a clause asks something; see ``phrases.asks``."""
    if _NO_ASK.match(clause):
        return False
    is_request = requests(clause)
    if _ASKS.search(f"{clause}?" if is_marked else clause):
        return not is_request or _content(clause) > 0
    return is_request and _content(clause) >= _LEAST


def asks_by_word(clause: str) -> bool:
    """Tell whether a word of a clause asks, such as 吗 or 多久."""
    return _ASKS.search(clause) is not None


def requests(clause: str) -> bool:
    """Tell whether a clause requests to be told something, be it said what or not."""
    return _REQUEST.search(clause) is not None


def demands(clause: str) -> bool:
    """Tell whether a clause demands something that an agreement may settle."""
    return _DEMAND.search(clause) is not None and not _NO_DEMAND.search(clause)


def requests_nothing(clause: str) -> bool:
    """Tell whether a clause requests to be told something, and does not say what."""
    return requests(clause) and not asks_by_word(clause) and _content(clause) < _LEAST


def _content(text: str) -> int:
    """Return how many characters are left of a request without its polite words."""
    return len(_CONTENT.findall(_FILLER.sub("", _REQUEST.sub("", text))))
