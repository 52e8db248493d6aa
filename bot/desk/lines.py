"""What greets, thanks, closes and quotes, in the words of ``to_reading``; for single lines."""

from __future__ import annotations

import re

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
