"""What asks, what goes on and what only fills, in the words of ``to_reading``."""

from __future__ import annotations

import re

from bot.desk.ticket import phrases_en as english
from bot.desk.ticket import phrases_zh as chinese

LETTERS = re.compile(r"[a-z\u3400-\u9fff]")
_CJK = re.compile(r"[\u3400-\u9fff]")
_CONTINUES = re.compile(
    r"^\s*(?:even (?:if|though|when)|or\b|and if (?:so|not)|if (?:so|not)\b.{0,12}$|i mean\b"
    r"|like\b|meaning\b|as in\b|ie\b"
    r"|i\.e|还是(?!想|要|会)|或者|哪怕|即使|就算|即便)"
)
_RHETORICAL = re.compile(
    r"^\W*(?:(?:hello|really|seriously|ok|okay|right|deal|understood|agreed|correct|true|clear"
    r"|please|sorry|any(?:one|body)|guys|hey|so|well|yes|no|why|what|huh|what the \w+|get it|got it"
    r"|wtf|are you (?:serious"
    r"|kidding|joking)(?: me)?|is this a joke|what kind of (?:service|company|support) .{0,24}"
    r"|how dare you.{0,40}"
    r"|do you (?:even )?(?:care|read|realise|realize|understand).{0,40}|is anyone (?:there"
    r"|even) ?.{0,20}|anyone there|any update|can (?:you|anyone|somebody"
    r"|someone) (?:please )?help(?: (?:me|us))?(?: with .{0,24})?"
    r"|can i ask .{0,30}|may i ask .{0,30}|how(?:'s| is| are) (?:you|it|everything).{0,12}"
    r"|who do you think you are)"
    r"|.{0,6}(?:到底)?(?:管不管|有没有人(?:管|回|理|在).{0,4}|还有没有王法|有没有搞错"
    r"|搞什么.{0,4}|什么(?:态度|垃圾|破).{0,10}|就这.{0,10}|这(?:就是|算|叫).{0,8}(?:服务|态度|水平"
    r"|客服|平台).{0,6}|你们?(?:是|觉得)?.{0,6}(?:合适|好意思|过分|说得过去|对得起).{0,8}|怎么回事|是不是骗子"
    r"|怎么(?:能)?这样.{0,4}|什么意思|还让不让人.{0,6}|讲不讲理|有完没完|开什么玩笑|是吧|对吧"
    r"|好吗|可以吗|行吗|行不行|谁受得了|在吗|在不在|能不能快点|能快点吗"
    r"|能帮(?:忙|我)?(?:看|查)?一?下吗|怎么(?:还|都|就)?(?:没人|[不没]回|[不没]理).{0,8}|为什么没人.{0,8}|什么时候(?:能)?回(?:复"
    r"|我).{0,4}))\W*$"
)
_LEAD_FILLER = re.compile(
    r"^(?:\s*(?:(?:另外|还有(?:就是|一点|个问题)?|以及|然后|再(?:就是|者)|顺便|其次|首先|最后"
    r"|第[一二三四五](?:个|点)?|那么?|请问(?:一下)?|对了|此外|并且|同时|而且"
    r"|and|also|so|but|then|plus|btw|by the way|furthermore|moreover|additionally|besides|first"
    r"|firstly|second|secondly|third|thirdly|lastly|finally|last but not least|in addition"
    r"|to (?:start|begin) with|on top of that|p\.?\s?s|one last thing|as mentioned|as discussed"
    r"|two things|one more thing|another thing|quick (?:one|question|q)|just)(?![a-z])"
    r"|[,:.;、~!?\s-]))+"
)
_OPENS = re.compile(r"请问|想问|问一?下")
_LOOKS = re.compile(
    r"\b(?:please|pls|plz|kindly|must|have to|need you|want you|requir\w*|demand\w*|request\w*"
    r"|expect\w*|insist\w*|urge\w*|(?:i|we)(?:'d| would) like|let (?:me|us) know|tell (?:me|us))\b"
    r"|请|麻烦|务必|必须|要求|限(?:你|贵|期|.{0,4}[天时日内])|希望|尽快|立即|马上|给我|帮我|帮忙|赔|退钱"
)
_POLITE = re.compile(
    r"\s*(?:请问(?:一?下)?|(?:我(?:们)?)?想(?:请|再|先)?(?:问|咨询|了解|确认|知道)(?:一?下)?"
    r"|(?:麻烦|烦请|请)(?:您|你|帮忙)?(?:告知|确认|说明|解答)(?:一?下)?"
    r"|咨询(?:一?下)?|问(?:一?下)"
    r"|(?:(?:please|kindly|could you|can you|would you)(?: please| kindly)? (?:advise|tell (?:me"
    r"|us)|let (?:me|us) know|confirm|clarify|explain)"
    r"|(?:i|we)(?:'d| would) (?:also )?like to (?:know|understand|ask)|(?:i am |i'm |we are "
    r"|we're |just )?(?:just )?wondering|(?:i|we) (?:also )?(?:want|need) to know)\b)",
    re.IGNORECASE,
)


def asks(clause: str, *, is_marked: bool, is_requested: bool) -> bool:
    """Tell whether a clause of a reading asks something.

    Its sentence may end with a question mark, or have requested to be told before it.
    """
    text = clause.strip(" ,:;.\"'()-\n")
    if not LETTERS.search(text) or is_rhetorical(text):
        return False
    if _CJK.search(text) and chinese.asks(text, is_marked=is_marked):
        return True
    return english.asks(text, is_marked=is_marked, is_requested=is_requested)


def demands(clause: str) -> bool:
    """Tell whether a clause demands something that an agreement may settle."""
    return chinese.demands(clause) or english.demands(clause)


def requests(clause: str) -> bool:
    """Tell whether a clause requests to be told something, be it said what or not."""
    return chinese.requests(clause) or english.requests(clause)


def only_requests(clause: str) -> bool:
    """Tell whether Chinese words request to be told something, and no word of them asks."""
    return chinese.requests(clause) and not chinese.asks_by_word(clause)


def only_opens(clause: str) -> bool:
    """Tell whether Chinese words announce a question that they do not ask: “请问…后，”."""
    return _OPENS.search(clause) is not None and not chinese.asks_by_word(clause)


def asks_by_word(clause: str) -> bool:
    """Tell whether a clause asks by its own words, and does not only request to be told."""
    return chinese.asks_by_word(clause) or english.asks_by_word(clause)


def requests_nothing(clause: str) -> bool:
    """Tell whether a clause requests to be told something, and does not say what."""
    if _CJK.search(clause):
        return chinese.requests_nothing(clause)
    return english.requests_nothing(clause)


def looks_like_request(sentence: str) -> bool:
    """Tell whether a sentence that was not read as a question may be a request all the same."""
    return _LOOKS.search(sentence) is not None


def continues(clause: str) -> bool:
    """Tell whether a clause goes on with the question before it."""
    return _CONTINUES.match(clause) is not None


def is_rhetorical(text: str) -> bool:
    """Tell whether a text asks in anger or for attention, and for no answer."""
    return _RHETORICAL.match(text) is not None


def lead_filler(text: str) -> int:
    """Return the length of words at the beginning of a question that ask nothing."""
    match = _LEAD_FILLER.match(text)
    return match.end() if match else 0


def without_request(text: str) -> str:
    """Return a question without the polite words at its beginning; never nothing.

    White space in it is one blank already.
    """
    match = _POLITE.match(text)
    left = text[match.end() :].lstrip(" ,，:：、") if match else text
    return left if len(LETTERS.findall(left.lower())) >= 3 else text
