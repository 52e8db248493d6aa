"""What asks, what goes on and what only fills, in the words of ``to_reading``."""

from __future__ import annotations

import re

from bot.desk import chinese, english

LETTERS = re.compile(r"[a-z\u3400-\u9fff]")
_CJK = re.compile(r"[\u3400-\u9fff]")
_CONTINUES = re.compile(
    r"^\s*(?:even (?:if|though|when)|or\b|and if (?:so|not)|if (?:so|not)\b.{0,12}$|i mean\b"
    r"|like\b|meaning\b|as in\b|ie\b"
    r"|i\.e|还是(?!想|要|会)|或者|哪怕|即使|就算|即便)"
)
_RHETORICAL = re.compile(
    r"^\W*(?:(?:hello|really|seriously|ok|okay|right|deal|understood|why|what|huh|what the \w+"
    r"|wtf|are you (?:serious"
    r"|kidding|joking)(?: me)?|is this a joke|what kind of (?:service|company|support) .{0,24}"
    r"|how dare you.{0,40}"
    r"|do you (?:even )?(?:care|read|realise|realize|understand).{0,40}|is anyone (?:there"
    r"|even) ?.{0,20}|anyone there|any update|can (?:you|anyone|somebody"
    r"|someone) (?:please )?help(?: (?:me|us))?(?: with .{0,24})?"
    r"|can i ask .{0,30}|may i ask .{0,30}|how are you.{0,12}|who do you think you are)"
    r"|.{0,6}(?:到底)?(?:管不管|有没有人(?:管|回|理|在).{0,4}|还有没有王法|有没有搞错"
    r"|搞什么.{0,4}|什么(?:态度|垃圾|破).{0,10}|怎么回事|是不是骗子"
    r"|怎么(?:能)?这样.{0,4}|什么意思|还让不让人.{0,6}|讲不讲理|有完没完|开什么玩笑|是吧|对吧"
    r"|好吗|可以吗|行吗|行不行|谁受得了|在吗|在不在|能不能快点|能快点吗"
    r"|能帮(?:忙|我)?(?:看|查)?一?下吗|怎么没人.{0,8}|为什么没人.{0,8}|什么时候(?:能)?回(?:复"
    r"|我).{0,4}))\W*$"
)
_LEAD_FILLER = re.compile(
    r"^(?:\s*(?:(?:另外|还有(?:就是|一点|个问题)?|以及|然后|再(?:就是|者)|顺便|其次|首先|最后"
    r"|第[一二三四五](?:个|点)?|那么?|请问(?:一下)?|对了|此外|并且|同时|而且"
    r"|and|also|so|but|then|plus|btw|by the way|furthermore|moreover|additionally|besides|first"
    r"|firstly|second|secondly|third|thirdly|lastly|finally"
    r"|two things|one more thing|another thing|quick (?:one|question|q)|just)(?![a-z])"
    r"|[,:.;、~!?\s-]))+"
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
    """Tell whether a clause asks something.

    Args:
        clause: Of a reading.
        is_marked: Whether a question mark ends its sentence.
        is_requested: Whether its sentence has requested to be told before it.
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

    Args:
        text: As the customer wrote it, white space made one blank.
    """
    match = _POLITE.match(text)
    left = text[match.end() :].lstrip(" ,，:：、") if match else text
    return left if len(LETTERS.findall(left.lower())) >= 3 else text
