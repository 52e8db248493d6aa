"""What of a message is no part of its matter: greeting, thanks, signature, quoted mail, footers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.desk.ticket.phrases import asks, demands
from bot.desk.ticket.sentences import ENUMERATOR

_LONG_LINE = 80  # characters of a name, a title or an address, at most
FORWARDED = re.compile(
    r"\s{0,4}(?:[-_=]{2,}\s?(?:original message|forwarded message|原始邮件|转发邮件|原邮件|历史邮件"
    r"|回复的原邮件|转发信息)|-{5,}\s?(?:original|forwarded|原始|转发))"
)
HEADER = re.compile(r"\s{0,4}(?:from|发件人|寄件者|sender)\s?:\s?\S")
HEADER_NEXT = re.compile(r"\s{0,4}(?:sent|date|to|subject|发送时间|日期|时间|收件人|主题)\s?:\s?\S")
WROTE = re.compile(
    r"(?:on\s.{4,200}|.{2,120})\b(?:wrote|writes)\s?:?\s{0,4}$|.{2,120}(?:写道|来信)\s?:"
)
ANGLE = re.compile(r"\s{0,4}[>|]")
RULE = re.compile(r"\s{0,4}(?:-{2,3}|_{3,}|={3,}|\*{3,}|-{6,})\s{0,4}$")
DEVICE = re.compile(
    r"\s{0,4}(?:(?:sent|get|gesendet|envoy. )\b.{0,24}\b(?:my|for|with|via|mobile)?\b.{0,24}"
    r"(?:iphone|ipad|android|outlook|phone|samsung|galaxy|huawei|xiaomi|blackberry|yahoo|proton"
    r"|ios)"
    r"|(?:发自|来自|发送自|从).{0,16}(?:iphone|ipad|android|手机|outlook|邮箱|客户端|app|foxmail)"
    r").{0,32}$"
)
FOOTER = re.compile(
    r"\s{0,4}[\[(*]?(?:this|the information|confidentiality|disclaimer|notice|important|legal"
    r"|if you"
    r"|please consider|本|此|该邮件|保密|免责|声明|注意|重要提示)"
)
FOOTER_WORDS = re.compile(
    r"confidential|privileged|intended recipient|intended solely|before printing|disclaimer:"
    r"|保密|机密|误收|指定收件人|免责声明|法律特权"
)
CLOSING = re.compile(
    r"\s{0,4}(?:(?:with )?(?:(?:my |our )?(?:best|kind|kindest|warm|warmest|many) )?(?:regards"
    r"|wishes)"
    r"|best|sincerely|cordially|respectfully|faithfully|yours(?: (?:sincerely|faithfully|truly))?"
    r"|(?:best |kind )?rgds|br|kr|cheers|ta|thx|tks|thanks|thank you|thank u|many thanks"
    r"|此致|敬礼|顺颂商祺|顺祝商祺|商祺|祝好|祝.{1,8}|谢谢.{0,6}|感谢.{0,8}|多谢.{0,4}|以上)"
    r"(?: (?:a lot|in advance|again|so much|very much|for (?:your|the) \w{1,12}(?: \w{1,12})?"
    r"|and \w{1,8} \w{1,8}|everyone|all|guys|team))*"
    r"(?:\s?[,.!~-]{1,4}(?: ?[^\s,.!?]{1,16}){0,3})?\s{0,4}$"
)
POSTSCRIPT = re.compile(r"\s{0,4}(?:p\.?\s?(?:p\.?\s?)?s\b|附|又及|另|补充)")
_SENTENCE = re.compile(
    r"[?。!;]|吗"
    r"|(?<!\b\w)(?<!\b[dmj]r)(?<!\bmrs)(?<!\bprof)(?<!\binc)(?<!\bltd)(?<!\bco)\.(?:\s+[a-z]|$)"
    r"|:$"
)
_NAME = r"[^,.!?。:;\n\d-]"
_NO_NAME = (
    r"(?!(?:i|we|is|are|am|do|does|can|could|may|my|our|it|the|have|has|will|would|what|how|when"
    r"|why"
    r"|where|who|which|if|please|just|want|need|quick|there is|this|that)\b)"
)
GREETING = re.compile(
    r"\s{0,8}(?:(?:hi|hello|hey|hiya|dear|greetings|good (?:morning|afternoon|evening|day)"
    rf"|to whom it may concern)\b(?: (?:mr|ms|mrs|dr"
    rf"|prof)\.)?(?: {_NO_NAME}{_NAME}{{1,24}}?){{0,4}}?"
    r"(?:[,!.:;~\s]{0,4}\n|[,!:~]{1,4}\s{0,4}|\.\s|\s-+\s|(?=\s?[\u4e00-\u9fff])|$)"
    r"|(?:尊敬的|亲爱的|敬爱的)[^,。!?:\n]{1,24}[,。!:\n]{1,4}"
    r"|[^,。!?:\n]{0,14}(?:你好|您好|大家好|早上好|上午好|中午好|下午好|晚上好|在吗|在么|在不在"
    r"|有人吗)"
    r"(?:呀|啊|哈|哇|!|~|,|。|\?|:|\s)*"
    r"|(?:亲|哈喽|嗨|嘿|喂|老师|客服|小二)(?:们|们好)?[,!~。:\s]{1,4}"
    r"|[^,。!?:\n]{1,14}(?:客服|团队|老师|同事|经理|负责人|先生|女士)(?:们)?[,:!~]\s{0,4}"
    r"|(?:客服|老师)\s)"
)
_THANKS = re.compile(
    r"\s{0,4}(?:and |also |so )?(?:(?:(?:many |kind )?thanks|thank (?:you|u)|thx|tks|cheers"
    r"|much appreciated"
    r"|(?:i |we )?(?:really )?appreciate|(?:i |we )?(?:hope|trust) (?:you|this|all|everything)"
    r"|hope (?:you|all)|(?:i |we )?look(?:ing)? forward|(?:i am |we are )?looking forward"
    r"|awaiting|sorry (?:to|for)"
    r"|(?:should|if) you (?:need|have|require|want)\b.{0,60}(?:questions?|information|details|help"
    r"|anything|assistance|hesitate|contact|call)|(?:please )?(?:do not|don't) hesitate"
    r"|(?:please )?(?:feel free|(?:do )?let (?:me|us) know if (?:you|there|anything))"
    r"|(?:please )?(?:find|see) (?:\w+ )?(?:attached|enclosed)"
    r"|have a (?:nice|great|good)|please (?:reply|respond|get back|answer|help)\b|best regards)"
    r"\b[^?。]{0,120}"
    r"|(?:以上[,:]?|非常|十分|万分|先)?(?:谢谢|感谢|多谢|谢啦|辛苦|麻烦(?:您|你|大家|各位)?了"
    r"|拜托|盼复|祝|打扰|不好意思"
    r"|烦请(?:解答|回复|答复)|请(?:尽快|及时|速|您)?(?:回复|答复|解答|处理|帮忙)|急(?:急|!|等|,"
    r"|$)|静候|期待)[^?吗]{0,30})"
    r"[.。!~\s]*$"
)


def is_thanks(sentence: str) -> bool:
    """Tell whether a sentence of a reading only thanks, wishes or urges."""
    return _THANKS.match(sentence) is not None


def is_sentence(line: str) -> bool:
    """Tell whether a line of a reading is more than a name, a title or an address."""
    is_known = _SENTENCE.search(line) or POSTSCRIPT.match(line)
    return is_known is not None or len(line) > _LONG_LINE


Line = tuple[int, int]
_FIELD = re.compile(
    r"\s{0,4}\*{0,2}(?:from|sender|sent|date|to|cc|bcc|subject|reply-to|importance|priority"
    r"|attachments?|发件人|发信人|寄件者|寄件人|发送时间|发送日期|发件时间|日期|时间|收件人|收件者"
    r"|抄送|副本|密送|主题|主旨|附件|重要性)\s?\*{0,2}\s?:"
)
_SUBJECT = re.compile(
    r"^\s{0,4}\*{0,2}(?:subject|主题|主旨)\s?\*{0,2}\s?:[*\s]{0,3}"
    r"(?:(?:re|fwd?|aw|回复|答复|转发)\s?:\s?){0,4}(?P<subject>\S.*)$",
    re.MULTILINE,
)
_FOLDED = re.compile(r"(?:\t|\s{2,})\S|.{0,200}<[^<>\s]{1,64}@[^<>\s]{1,64}>[;,]?\s*$")
_HANDED_ON = re.compile(  # what people and mail programs write above a mail that they hand on
    r"\s{0,4}\W{0,3}(?:(?:fyi|fwd?\b|see below|forwarded|转发|转自|见下|请看|请处理|客户来信)"
    r"[^?吗]{0,40}|(?:external|caution|外部邮件).{0,200})$"
)
_FEWEST_FIELDS = 2
_DAY = r"(?:\d{2,4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:[-/.]\d{2,4})?"
_TIME = r"(?:[上下]午|[早晚]上|[ap]m)?\s?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?"
_STAMP = re.compile(
    rf"^[^\d\n:?!。,\[(]{{0,24}}\s?[\[(]?(?:{_DAY},?\s{_TIME}|{_TIME},\s{_DAY})[\])]?"
    rf"(?:\s{{0,4}}$|\s?[^\d\n:?!。,]{{1,24}}:\s)",
    re.MULTILINE,
)


def count_header(reading: str, lines: Sequence[Line]) -> int:
    """Return how many lines at the beginning are the header of a pasted mail; 0 for none."""
    fields = last = 0
    is_announced = False
    for at, (start, end) in enumerate(lines):
        line = reading[start:end]
        if _FIELD.match(line):
            fields += 1
        elif not line.strip():
            if fields:
                break
            continue
        elif fields == 0 and _is_announcement(line):
            is_announced = True
        elif not (_FOLDED.match(line) if fields else _HANDED_ON.match(line)):
            break
        last = at + 1
    is_subject = fields == 1 and _SUBJECT.match(reading, *lines[last - 1]) is not None
    is_alone = last < len(lines) and not reading[slice(*lines[last])].strip()
    is_header = fields >= _FEWEST_FIELDS or is_announced or (is_subject and is_alone)
    return last if is_header else 0


def _is_announcement(line: str) -> bool:
    return bool(FORWARDED.match(line) or (WROTE.match(line) and line.rstrip().endswith(":")))


def find_subject(reading: str, start: int, end: int) -> Line | None:
    """Return where the subject in a header stands; None where it gives none."""
    match = _SUBJECT.search(reading, start, end)
    return None if match is None else match.span("subject")


def find_stamps(reading: str) -> Iterator[Line]:
    """Yield where the lines of a pasted chat say who wrote, and when."""
    for match in _STAMP.finditer(reading):
        yield match.span()


class SegmentKind(StrEnum):
    """Why a part is set aside."""

    HEADER = "header"
    GREETING = "greeting"
    THANKS = "thanks"
    SIGNATURE = "signature"
    QUOTED = "quoted"
    DEVICE = "device"
    FOOTER = "footer"
    UNREAD = "unread"  # it looks like a request, and was not read as a question


@dataclass(frozen=True, slots=True)
class MessageSegment:
    """A part of a message that is set aside, ``message[start:end]``."""

    kind: SegmentKind
    start: int
    end: int


_SIGNATURE_LINES = 10  # of a signature, at most


def segment_message(reading: str) -> list[MessageSegment]:
    """Return the lines of a message that are set aside, in order, and its greeting."""
    lines = split_lines(reading)
    header = count_header(reading, lines)
    kinds = dict.fromkeys(range(header), SegmentKind.HEADER)
    _mark_quoted(reading, lines, kinds)
    _mark_lines(reading, lines, kinds)
    _mark_closing(reading, lines, kinds)
    segments = [
        MessageSegment(kind, *lines[at])
        for at, kind in sorted(kinds.items())
        if reading[slice(*lines[at])].strip()
    ]
    stamps = [
        MessageSegment(SegmentKind.HEADER, *stamp)
        for stamp in find_stamps(reading)
        if not any(segment.start < stamp[1] and stamp[0] < segment.end for segment in segments)
    ]
    stamped = {stamp.start for stamp in stamps}
    left = [line for at, line in enumerate(lines) if at not in kinds and line[0] not in stamped]
    return _join(reading, [*_greeting(reading, left), *segments, *stamps])


def _mark_quoted(reading: str, lines: list[Line], kinds: dict[int, SegmentKind]) -> None:
    """Mark what is quoted, unless nothing else is there: then it is the message."""
    below = [at for at, line in enumerate(lines) if at not in kinds and _text(reading, line)]
    is_all_angled = all(ANGLE.match(reading[slice(*lines[at])]) for at in below)
    for at in () if is_all_angled else range(len(kinds), len(lines)):
        line = reading[slice(*lines[at])]
        follow = [reading[slice(*other)] for other in lines[at + 1 : at + 4]]
        is_header = HEADER.match(line) and any(map(HEADER_NEXT.match, follow))
        is_wrote = WROTE.match(line) is not None
        is_angled = any(map(ANGLE.match, follow))
        if FORWARDED.match(line) or is_header or (is_wrote and not is_angled and at):
            kinds.update(dict.fromkeys(range(at, len(lines)), SegmentKind.QUOTED))
            return
        if ANGLE.match(line) or (is_wrote and is_angled):
            kinds[at] = SegmentKind.QUOTED


def _mark_lines(reading: str, lines: list[Line], kinds: dict[int, SegmentKind]) -> None:
    """Mark what its own words tell: devices, and legal footers to the end of the paragraph."""
    in_footer = False
    for at, (start, end) in enumerate(lines):
        line = reading[start:end]
        in_footer = in_footer and bool(line.strip())
        if at not in kinds:
            paragraph = reading[start : start + 400].partition("\n\n")[0]
            in_footer |= bool(FOOTER.match(line) and FOOTER_WORDS.search(paragraph))
            if in_footer:
                kinds[at] = SegmentKind.FOOTER
            elif DEVICE.match(line):
                kinds[at] = SegmentKind.DEVICE


def _mark_closing(reading: str, lines: list[Line], kinds: dict[int, SegmentKind]) -> None:
    """Mark closing words with the lines after them, and the last lines that name the sender."""
    left = [at for at in range(len(lines)) if at not in kinds and _text(reading, lines[at])]
    for place, at in enumerate(left):
        line, after = reading[slice(*lines[at])], left[place + 1 : place + 2 + _SIGNATURE_LINES]
        is_dashes = line.strip() == "--"
        if is_dashes or (RULE.match(line) and _is_signature(reading, lines, after)):
            below = itertools.takewhile(
                lambda other: not POSTSCRIPT.match(reading[slice(*lines[other])]), left[place:]
            )
            kinds.update(dict.fromkeys(below, SegmentKind.SIGNATURE))
            break
        if CLOSING.match(line):
            kinds[at] = SegmentKind.SIGNATURE
            for other in after[:_SIGNATURE_LINES]:
                if is_sentence(_text(reading, lines[other])):
                    break
                kinds[other] = SegmentKind.SIGNATURE
    _mark_sender(reading, lines, [at for at in left if at not in kinds], kinds)


def _is_signature(reading: str, lines: list[Line], below: Sequence[int]) -> bool:
    """Tell whether the lines below a rule are few and hold no sentence before a postscript."""
    words = [_text(reading, lines[at]) for at in below]
    rest = list(itertools.takewhile(lambda line: not POSTSCRIPT.match(line), words))
    return len(rest) <= _SIGNATURE_LINES and not any(map(is_sentence, rest))


def _mark_sender(
    reading: str, lines: list[Line], left: list[int], kinds: dict[int, SegmentKind]
) -> None:
    """Mark the last lines, behind a blank one or short, that hold neither stop nor question."""
    for at in reversed(left[1:]):
        words = _text(reading, lines[at])
        is_apart = at > 0 and not _text(reading, lines[at - 1])
        is_named = re.match(r"[\w&.'/| -]{2,40}$", words, re.ASCII) and len(words.split()) <= 4
        is_named_zh = len(words) <= 14 and not re.search(r"[么了不没能会要吗,?]", words)
        is_contact = re.search(r"\d{4}", words) and len(words) <= 60
        is_sender = is_contact or (is_apart and (is_named or is_named_zh))
        is_matter = (
            is_sentence(words)
            or ENUMERATOR.match(words)
            or asks(words, is_marked=False, is_requested=False)
            or demands(words)
        )
        if is_matter or not is_sender:
            return
        kinds[at] = SegmentKind.SIGNATURE


def _greeting(reading: str, lines: list[Line]) -> list[MessageSegment]:
    """Return the greeting at the beginning of what is left, however many words greet."""
    first = next((line for line in lines if _text(reading, line)), None)
    if first is None:
        return []
    start = at = first[0]
    while (match := GREETING.match(reading, at)) and match.end() > at:
        at = match.end()
    return [MessageSegment(SegmentKind.GREETING, start, at)] if at > start else []


def _join(reading: str, segments: Iterable[MessageSegment]) -> list[MessageSegment]:
    """Join parts of one kind that only blanks divide; leave their outer blanks out."""
    joined: list[MessageSegment] = []
    for segment in sorted(segments, key=lambda segment: segment.start):
        words = reading[segment.start : segment.end]
        start = segment.start + len(words) - len(words.lstrip())
        end = start + len(words.strip())
        last = joined[-1] if joined else None
        if last and last.kind is segment.kind and not reading[last.end : start].strip():
            joined[-1] = MessageSegment(segment.kind, last.start, end)
        else:
            joined.append(MessageSegment(segment.kind, start, end))
    return joined


def split_lines(reading: str) -> list[Line]:
    """Return where the lines of a reading stand."""
    lines, start = [], 0
    for line in reading.split("\n"):
        lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines


def _text(reading: str, line: Line) -> str:
    return reading[slice(*line)].strip()
