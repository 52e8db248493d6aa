"""What is said to the bot that asks nothing of the agreements: a greeting, thanks, a bare word.

A search brings up a clause for whatever it is given, and a judge that was trained on questions
cannot tell that there is none. So a text is read word by word: it is small talk only where *every*
word of it is one that people use for that, so that “hi, can I get a refund” stays a question.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.text import fold
from index.vocabulary import is_ordinary, split_words


class Talk(StrEnum):
    """What a text is that asks nothing of the agreements."""

    GREETING = "greeting"
    THANKS = "thanks"  # or that all is clear, or a good-bye
    PERSON = "person"  # wants to talk to a person
    IDENTITY = "identity"  # who or what the bot is
    ABILITY = "ability"  # what it can do
    KEYWORD = "keyword"  # names a topic and asks nothing of it

    @property
    def is_small(self) -> bool:
        """Whether it is about no topic of an agreement, so that nothing is searched for."""
        return self is not Talk.KEYWORD


_GREET = (
    "hi hello hey hiya howdy yo sup hola greetings morning afternoon evening "
    "你好 您好 妳好 大家好 你们好 早上好 上午好 中午好 下午好 晚上好 早安 晚安 早啊 "
    "哈喽 哈罗 嗨 嘿 喂 "
    "在吗 在么 在嘛 在不在 有人吗 有人么 有人在吗 nihao"
)
_THANK = (
    "thanks thank thx tks thnx ty tysm cheers appreciated appreciate bye goodbye cya ok okay okey "
    "k cool great perfect awesome nice understood got lovely alright "
    "谢谢 谢了 谢啦 多谢 感谢 谢 辛苦 再见 拜拜 88 3q 好的 好滴 好嘞 好吧 嗯 恩 哦 噢 明白 懂 "
    "知道 了解 收到 没问题 没有问题 xiexie"
)
_PERSON = (
    "human person agent representative rep operator staff manager supervisor somebody someone "
    "support helpdesk adviser advisor team colleague "
    "人工 真人 客服 经理 主管 专员 工作人员 rengong kefu"
)
_BEING = (
    "bot chatbot robot ai gpt chatgpt machine program name human person real "
    "机器人 名字 真人 人工 人工智能 智能 程序 助手 人 谁 哪位 什么 自我介绍"
)
_DOING = (
    "help use work works ask answer questions question menu options commands features kind kinds "
    "sort things instructions "
    "帮助 功能 用 使用 做 干 问 问题 回答 解答 会 能 帮 菜单 说明 哪些 啥 什么"
)
_REACH = (
    "talk speak chat connect transfer reach contact call want need give get put through prefer "
    "转 转接 接 接通 找 联系 叫 要 想 需要 换 呼叫 连线 和 跟 说话 聊 谈 沟通 给 zhuan"
)
_FILL = (  # says nothing by itself
    "a an the i me my we us you u ur your r are is am it its this that there to of for in on at "
    "with from by and or so very much lot lots please pls plz can could may would do does dont "
    "not no id im like just now here live real actual actually what whats who whos how hows will "
    "all thats mate man bro dude guys folks sir madam dear anyone anybody again good day today "
    "any one stop customer service services care desk line helped helpful really well then too "
    "going doing things bot robot machine talking speaking chatting about hmm oh yes yep yeah sure "
    "help 我 你 您 妳 你们 我们 的 了 啊 呀 呢 吧 吗 么 嘛 哈 呵 哟 哇 亲 "
    "一下 下 个 位 一个 请 请问 麻烦 "
    "就 还 还是 或者 是 是不是 不是 不 不要 别 很 太 非常 好 对 那 这 这个 这里 哎 服务 帮忙 帮我 "
    "帮 解答 回复 帮助 给我 能不能 可不可以 能 可以 怎么 怎样 怎么样 如何 哪里 "
    "有 有没有 没有 没 叫 "
    "来 去 到 都 也 多 机器人 问题 其他 别的 先 再 到底 介绍 自己 ai 大家 早 晚"
)
_IS = {  # beside its words: what of a text, read as one word after another, makes it that
    Talk.IDENTITY: re.compile(
        r"\b(?:who|what|whos|whats) (?:are|r|is) (?:you|u|this)\b(?! (?:do|going|doing))"
        r"|\b(?:are|r|is) (?:you|u|this) .*\b(?:bot|chatbot|robot|human|person|ai|real|machine"
        r"|gpt|chatgpt|program)\b"
        r"|\bam i (?:talk|speak|chatt?)\w*|\b(?:your|ur) name"
        r"|[你您妳].*(?:谁|哪位|名字|机器人|真人|人工智能|ai|是 人|是 什么)"
        r"|(?:是|跟) .*(?:机器人|真人) .*还是"
        r"|自我介绍|介绍 .*自己"
    ),
    Talk.ABILITY: re.compile(
        r"^(?:please )?(?:i need |can (?:you|u) |could (?:you|u) )?help(?: me)?(?: please| pls)?$"
        r"|^(?:menu|options|commands|features|instructions|帮助|菜单|功能|说明)$"
        r"|\bwhat (?:.*\b)?(?:can|could|do|will) (?:you|u) (?:do|help|answer)\b"
        r"|\bwhat (?:.*\b)?(?:can|could|may|should|do) i ask\b"
        r"|\bhow (?:can|could|do|will) (?:you|u) help\b|\bhow (?:does|do) (?:this|it|you|u) work"
        r"|\bhow (?:do|can|should) i use (?:this|it|you|u)\b"
        r"|[你您妳].*(?:能|会|可以) .*(?:什么|啥|哪些)|(?:能|可以) .*问 .*(?:什么|啥|哪些)"
        r"|(?:什么|啥|哪些) (?:\S+ )?功能|怎么 (?:使用|用)|问 (?:你 )?(?:什么|啥|哪些)"
    ),
}
_WORDS: Mapping[Talk, frozenset[str]] = {
    Talk.GREETING: frozenset(_GREET.split()),
    Talk.THANKS: frozenset(_THANK.split()),
    Talk.PERSON: frozenset(_PERSON.split()),
    Talk.IDENTITY: frozenset(_BEING.split()),
    Talk.ABILITY: frozenset(_DOING.split()),
}
_REACHING, _FILLING = frozenset(_REACH.split()), frozenset(_FILL.split())
_ALWAYS = _FILLING | _WORDS[Talk.GREETING] | _WORDS[Talk.THANKS]
_KNOWN = _ALWAYS | _REACHING | frozenset[str]().union(*_WORDS.values())
_SLIPPED = tuple(word for word in sorted(_KNOWN) if word.isascii() and len(word) > 4)
_HAN = tuple(sorted((word for word in _KNOWN if not word.isascii()), key=len, reverse=True))
_RUN = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]+")
_HELD = re.compile(r"([a-z])\1{2,}")  # a key held down: heyyy
_ENOUGH = 16  # words, and Chinese characters: a longer text is no small talk


def read_talk(text: str) -> Talk | None:
    """Tell what a text is that asks nothing of the agreements; None for a question."""
    reading = fold(text).lower().replace("幺", "么")  # OpenCC takes 么 for 幺 at the end
    return _read_small(reading) or _read_topic(reading)


def _read_small(reading: str) -> Talk | None:
    words = list(_split(reading))
    if not words or len(words) > _ENOUGH or None in words:
        return None
    said = {word for word in words if word is not None}
    joined = " ".join(word for word in words if word is not None)
    for kind, pattern in _IS.items():
        if said <= _ALWAYS | _WORDS[kind] | _REACHING and pattern.search(joined):
            return kind
    persons = said & _WORDS[Talk.PERSON] or "customer service" in joined
    if persons and said <= _ALWAYS | _WORDS[Talk.PERSON] | _REACHING:
        return Talk.PERSON
    if said <= _ALWAYS:
        for kind in (Talk.THANKS, Talk.GREETING):
            if said & _WORDS[kind]:
                return kind
    return None


def _split(reading: str) -> Iterator[str | None]:
    """Yield the words of a text as they are known here; None for one that is not."""
    for run in _RUN.findall(reading):
        if run in _KNOWN:
            yield run
        elif run[0].isascii():
            yield _mend(run)
        else:
            yield from _split_han(run)


def _split_han(run: str) -> Iterator[str | None]:
    at = 0
    while at < len(run):
        word = next((word for word in _HAN if run.startswith(word, at)), None)
        yield word
        at += len(word) if word else len(run)


@functools.lru_cache(maxsize=4096)
def _mend(run: str) -> str | None:
    """Return the known word that an English one is, one slip of the finger aside."""
    word = _HELD.sub(r"\1", run.replace("'", ""))
    if word in _KNOWN:
        return word
    if len(word) < 4 or is_ordinary(run):
        return None
    near = process.extractOne(word, _SLIPPED, scorer=OSA.distance, score_cutoff=1)
    return near[0] if near else None


# Words that make a text more than the name of a topic: it asks, wants,
# orders, leaves open, or says that something went wrong, which asks what follows from it.
_MORE_EN = re.compile(
    r"\b(?:who|what|when|where|why|how|which|whose|wh?ats|if|whether|or|can|could|may|might|must"
    r"|should|shall i|do|does|did|will|would|is it|am i|are (?:you|we|they|there)|need|want|wants"
    r"|ask|asks|like|please|pls|let|tell|explain|allowed|ok|possible|legal|fine|any|chance|long"
    r"|much|many|but|not|never|no|without|isnt|wont|cant|dont|didnt|doesnt|arent|get|give|cancel"
    r"|delete|close|remove|transfer|stop|change|return|share|resell|send|pay|pays|lost|hacked"
    r"|banned|blocked|frozen|suspended|rejected|failed|broke|broken|stolen|leaked|wrong|late|down"
    r"|slow|missing|refused|denied|deleted|closed|terminated|complain\w*|suing|sue|claims?"
    r"|says|said|wonder\w*|question|nothing|nobody|still|is (?:that|this|there)|w/o)\b|n't\b"
)
_ASKS_ZH = re.compile(
    r"[吗呢吧谁哪怎咋啥几求问]|什么|多[久少长大]|[如为]何|[是可]否|可以|还是|有无|允许"
)
_WISH_ZH = re.compile(r"[不没未被要想能会给请帮]\S?$")  # a word of more than a topic: 不退
_ARTICLE = re.compile(r"^(?:the|a|an|my|your) ")
_ENGLISH = re.compile(r"[a-z][a-z-]*(?: (?:of |and |& )?[a-z][a-z-]*)?$")
_VERB = re.compile(r"(?:ed|ing|en)$")
_TOPIC_HAN = 6  # characters of a bare topic at most


def _read_topic(reading: str) -> Talk | None:
    """Tell a bare topic from a question or a statement: what happened is what is asked about."""
    if "?" in reading or _MORE_EN.search(reading) or _ASKS_ZH.search(reading):
        return None
    bare = _ARTICLE.sub("", reading.strip(" .,!。:\"'“”《》"))
    return Talk.KEYWORD if _names_topic(bare) else None


def _names_topic(bare: str) -> bool:
    if _ENGLISH.match(bare):
        return " " not in bare or not _VERB.search(bare)
    words = split_words(bare) if re.fullmatch(r"[\u3400-\u9fff]+", bare) else []
    is_short = 1 < len(bare) <= _TOPIC_HAN and 0 < len(words) <= 2
    return is_short and not any(len(word) < 2 or _WISH_ZH.match(word) for word in words)
