"""What asks, requests and demands look like in English, in the words of ``to_reading``."""

from __future__ import annotations

import re

_SUBJECT = (
    r"(?:i|we|you|u|ya|he|she|it|they|there|the|my|our|your|ur|this|that|these|those|a|an|any"
    r"|anyone"
    r"|anybody|someone|somebody|either|neither|both|one|all|customers?|users?|data)\b"
)
_AUXILIARY = (
    r"(?:is|are|am|was|were|does|do|did|can|could|may|might|must|shall|should|will|would|has|have"
    r"|had)"
)
_NOT = r"(?:n't|nt)?"
_START = (
    r"(?:(?:and|also|so|but|then|plus|or|btw|ok|okay|oh|well|please|pls|first|firstly|second"
    r"|secondly"
    r"|third|thirdly|lastly|finally|next|furthermore|moreover|additionally|besides|like|i mean"
    r"|another"
    r" thing|by the way|just|again|otherwise|in that case|if (?:so|not|yes)|quick question"
    r"|q)\b[,:]?\s+){0,3}"
)
_INVERTED = rf"(?:{_AUXILIARY}{_NOT}\s+(?:not\s+)?{_SUBJECT}|(?:does|did)\s+\w+\s+\w+)"
_WH = r"(?:what|which|who|whom|whose|why|how|where|when)(?:'s|s|'re|'ll|'d)?"
_ASKS = re.compile(  # whatever mark ends the sentence
    rf"^{_START}(?:{_INVERTED}"
    rf"|{_WH}(?:\s+[\w'-]+){{0,5}}?\s+{_AUXILIARY}{_NOT}\s+(?:{_SUBJECT}|not\b)"
    rf"|(?:what|which|who|how)(?:'s|\s+(?:is|are|was|were|happens?|counts?|pays?|bears?|owns?"
    rf"|much|many|long|soon|about|if)\b)"
    r"|(?:any (?:chance|idea|way|news|update)|is it|are there|how come)\b)"
)
_MAY_ASK = re.compile(  # where a question mark ends the sentence
    rf"^{_START}(?:{_WH}|{_AUXILIARY}{_NOT})\s+\S"
)
_INDIRECT = re.compile(  # behind a request
    rf"^{_START}(?:whether|{_WH}|if(?!\s(?:so|possible|needed|necessary|not|any|available"
    rf"|applicable)\b))\s+\S"
)
_REQUEST = re.compile(
    r"\b(?:(?:please|pls|kindly|could you|can you|would you)\b(?:\s[\w']+){0,3}?\s"
    r"(?:advise|tell|let (?:me|us) know|confirm|clarify|explain|specify|state|inform|indicate|check"
    r"|answer|point out|say|help)"
    r"|(?:let (?:me|us) know|advise|tell (?:me|us)|confirm|clarify)"
    r"|wonder(?:ing|ed)?|curious|unclear|not (?:sure|clear|certain)|unsure|(?:no|any) idea"
    r"|(?:like|want|need|love|wish|trying|glad|happy|try|have|got) to (?:also )?(?:know"
    r"|understand|ask|find out|check|learn|clarify|confirm)"
    r"|(?:i am|i'm|im|we are|we're|just) (?:asking|inquiring|enquiring)|(?:my|the"
    r"|our) question is|question:)\b"
)
_AFTER_REQUEST = re.compile(rf"\b(?:whether|if|{_WH}|about|that)\s+\S")
_DIRECT = re.compile(  # a request that begins its clause, and may name its object at once
    rf"^{_START}(?:(?:kindly|could you|can you|would you|you must|(?:i|we)(?:'d| would)?"
    rf" (?:need|want|like|request|ask) you to)(?:\s\w+){{0,3}}?\s)?(?:\w+ly\s|also\s)?"
    rf"(?:advise|tell (?:me|us)|let (?:me|us) know|confirm|clarify|explain|specify|state|inform"
    rf"|indicate|describe|outline|elaborate)\b"
)
_SAYS_NOTHING = re.compile(
    r"\b(?:[a-z]"
    r"|about|accordingly|all|also|an|and|answer|answers|any|anything|are|as|asap"
    r"|at|back|be|below|both|by|can|convenience|could|do|does|each|earliest"
    r"|email|end|everything|following|for|friday|from|further|here|if|in|is"
    r"|issue|issues|it|item|items|its|kindly|know|letter|mail|matter|matters|me"
    r"|message|monday|my|not|now|of|on|once|or|our|please|pls|point|points"
    r"|possible|queries|query|question|questions|re|receipt|regarding|reply"
    r"|response|same|so|soon|thank|thanks|that|the|these|this|those|thoughts"
    r"|thursday|to|today|tomorrow|topic|topics|tuesday|urgently|us|we|wednesday"
    r"|week|will|with|would|writing|written|you|your"
    r")\b"
)
_LETTER = re.compile(r"[a-z]")
_CONDITIONAL = re.compile(rf"^{_START}(?:should|had|were)\s+{_SUBJECT}")
_DEMANDED = (
    r"(?:(?:money|payment|fees?|charges?|balance|deposit|credits?|account|number"
    r"|data)(?:\s\w+)? back|refund|reimburs|compensat"
    r"|credit(?:ed)?\b|invoice|delet|cancel|terminat|clos(?:e|ure)\b|restor|unblock|unfreez"
    r"|unlock|reactivat|re-activat"
    r"|copy|copies|export|transfer|discount|damages|receipt|price list|list of|statement"
    r"|extension|certificate|confirmation)"
)
_DEMAND = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:\w{1,12} )?(?:want|demand|need|request|require|expect|insist"
    r"|claim|like|ask for)\b"
    rf"[^,;?]{{0,60}}?\b{_DEMANDED}"
    r"|(?:^|\b(?:so|and|also|now|then|can you|could you|must)\s|\b(?:please|pls"
    r"|kindly)\s)(?:just |also |immediately |kindly |at least )?"
    rf"(?:give|pay|refund|reimburse|compensate|cancel|delete|close|restore|unblock|unfreeze"
    rf"|unlock|reactivate|send|return|issue|let us have"
    rf"|provide|transfer|export)\b(?=[^,;?]{{0,60}}?{_DEMANDED}|\s(?:me|us|my|our|the)\s(?!know"
    rf"|(?:an? |the )?(?:answer|reply|response)))"
)
_NO_DEMAND = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|response|help|explanation|assistance|feedback|call me)\b"
    r"|\bno longer\b"
)


def asks(clause: str, *, is_marked: bool, is_requested: bool) -> bool:
    """Tell whether a clause asks something; see ``phrases.asks``."""
    if not is_marked and _CONDITIONAL.match(clause):  # “Should you need more, …”
        return False
    if requests_nothing(clause):
        return False
    if _ASKS.match(clause) or (is_marked and _MAY_ASK.match(clause)):
        return True
    if is_requested and _INDIRECT.match(clause):
        return True
    return _says_whether(clause) or _says_what(clause)


def asks_by_word(clause: str) -> bool:
    """Tell whether a clause asks by its order of words, or says what to tell: “whether”."""
    return _ASKS.match(clause) is not None or _says_whether(clause)


def requests_nothing(clause: str) -> bool:
    """Tell whether a clause only requests to be told: “Could you please confirm in writing”."""
    is_request = _DIRECT.match(clause) is not None
    return is_request and not (_says_whether(clause) or _says_what(clause))


def requests(clause: str) -> bool:
    """Tell whether a clause requests to be told something, be it said what or not."""
    return _REQUEST.search(clause) is not None


def demands(clause: str) -> bool:
    """Tell whether a clause demands something that an agreement may settle."""
    return _DEMAND.search(clause) is not None and not _NO_DEMAND.search(clause)


def _says_whether(clause: str) -> bool:
    request = _REQUEST.search(clause)
    return request is not None and _AFTER_REQUEST.search(clause, request.end()) is not None


def _says_what(clause: str) -> bool:
    request = _DIRECT.match(clause)
    if request is None:
        return False
    return _LETTER.search(_SAYS_NOTHING.sub("", clause[request.end() :])) is not None
