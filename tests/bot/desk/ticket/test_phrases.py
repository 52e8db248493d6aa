"""What asks, demands, goes on and only fills, phrase by phrase in both languages."""

from __future__ import annotations

import pytest

from bot.desk.ticket import phrases

ASKS_WHATEVER_THE_MARK = [
    ("is it possible to cancel", "turned around"),
    ("isn't there a fee", "turned around and negated"),
    ("dont you keep logs", "negated without an apostrophe"),
    ("and also can i cancel", "behind words that only lead"),
    ("in that case, do we pay", "behind words that point back"),
    ("does acme keep logs", "of a name"),
    ("how long is it kept", "with a word between"),
    ("what happens then", "with a verb of its own"),
    ("who pays", "nothing turned around"),
    ("how much", "nothing else"),
    ("what about refunds", "no verb"),
    ("what's the fee", "shortened"),
    ("any chance of a refund", "a set phrase"),
    ("how come the number was blocked", "a set phrase before a statement"),
    ("please tell me whether it is safe", "told to say whether"),
    ("i would like to know if i can cancel", "wants to know if"),
    ("kindly confirm the notice period", "told to say what"),
    ("we'd like you to also clearly specify the cap", "told to say what, at length"),
    ("能退吗", "吗"),
    ("发票怎么开", "怎么"),
    ("数据保留多久", "多久"),
    ("几天到账", "几 with a measure word"),
    ("谁承担", "谁"),
    ("哪家银行", "哪"),
    ("是否收费", "是否"),
    ("有什么限制", "什么"),
    ("合不合法", "a verb, negated and repeated"),
    ("这个能退不", "不 at the end"),
    ("发票有没", "没 at the end"),
    ("那余额呢", "呢 at the end"),
    ("请告知解约流程", "requests, and says what"),
    ("麻烦确认一下发票抬头", "requests politely, and says what"),
]
ASKS_NEVER = [
    ("my account was frozen", "a statement"),
    ("it is not possible", "a statement with an auxiliary"),
    ("please tell me", "requests nothing"),
    ("could you please confirm in writing", "says how, not what"),
    ("kindly advise on the points below asap", "says where"),
    ("are you serious", "in anger"),
    ("any update", "for attention"),
    ("can you help me", "for attention"),
    ("我有几个问题", "几 of what is asked"),
    ("没什么问题", "什么 of nothing"),
    ("什么都可以", "什么 of everything"),
    ("怎么也登不上", "怎么 of every way"),
    ("哪怕停机", "哪 of 哪怕"),
    ("谁都可以", "谁 of everybody"),
    ("不管多久都行", "多久 of any"),
    ("没多久就停了", "多久 of a short time"),
    ("时不时断线", "repeated, and no question"),
    ("动不动就停机", "repeated, and no question"),
    ("请告知", "requests nothing"),
    ("请予答复", "requests nothing"),
    ("什么态度", "in anger"),
    ("有没有人管", "in anger"),
    ("可以吗", "for leave"),
    ("...", "no letter"),
]


@pytest.mark.parametrize(("clause", "why"), ASKS_WHATEVER_THE_MARK)
def test_a_clause_asks_by_its_words(clause: str, why: str) -> None:
    assert phrases.asks(clause, is_marked=False, is_requested=False), why
    assert phrases.asks(f"  {clause}, ", is_marked=True, is_requested=False), why


@pytest.mark.parametrize(("clause", "why"), ASKS_NEVER)
def test_a_clause_asks_nothing(clause: str, why: str) -> None:
    assert not phrases.asks(clause, is_marked=False, is_requested=False), why


@pytest.mark.parametrize(
    ("clause", "is_marked", "is_requested", "is_asking"),
    [
        ("where our data lies", True, False, True),
        ("where our data lies", False, False, False),
        ("where our data lies", False, True, True),
        ("whether fees are refunded", False, True, True),
        ("whether fees are refunded", False, False, False),
        ("if i can cancel", False, True, True),
        ("if possible", False, True, False),
        ("if so", False, True, False),
        ("should you need more", False, False, False),
        ("should you need more", True, False, True),
        ("had i known that", False, False, False),
        ("是按月还是按年", True, False, True),
        ("是按月还是按年", False, False, False),
        ("by letter", True, False, False),
    ],
)
def test_a_mark_or_a_request_before_makes_a_question_of_some(
    clause: str, is_marked: bool, is_requested: bool, is_asking: bool
) -> None:
    assert phrases.asks(clause, is_marked=is_marked, is_requested=is_requested) is is_asking


@pytest.mark.parametrize(
    ("clause", "is_demand"),
    [
        ("i want my money back", True),
        ("we really demand a full refund", True),
        ("please delete my account", True),
        ("so refund my order", True),
        ("you must pay us the damages", True),
        ("can you restore our account", True),
        ("please send me the price list", True),
        ("please send me an answer", False),
        ("please give us the reply", False),
        ("please give us notice", True),
        ("i need help with my account deletion", False),
        ("i no longer want a refund", False),
        ("i want to know the fee", False),
        ("your refund has arrived", False),
        ("我要退款", True),
        ("我们现在要退费", True),
        ("要求赔偿", True),
        ("申请退款", True),
        ("请提供数据保留期限", True),
        ("麻烦发一份合同", True),
        ("把数据全删了", True),
        ("限你们24小时内退款", True),
        ("退钱", True),
        ("赔我500元", True),
        ("不需要退款", False),
        ("被要求赔偿", False),
        ("不想要求退款", False),
        ("请退订短信", False),
        ("请问退款", False),
        ("退款到了", False),
    ],
)
def test_a_demand_names_what_an_agreement_may_settle(clause: str, is_demand: bool) -> None:
    assert phrases.demands(clause) is is_demand


@pytest.mark.parametrize(
    ("clause", "is_request", "is_of_nothing"),
    [
        ("could you please confirm in writing", True, True),
        ("please confirm this", True, True),
        ("please confirm this is allowed", True, False),
        ("let us know by friday", True, True),
        ("i was wondering", True, False),
        ("the fee is unclear to me", True, False),
        ("my question is", True, False),
        ("we left yesterday", False, False),
        ("请予答复", True, True),
        ("我想问几个问题", True, True),
        ("请告知解约流程", True, False),
        ("请告知多久", True, False),
        ("求助", True, True),
        ("我们搬家了", False, False),
    ],
)
def test_a_request_says_what_it_is_for_or_not(
    clause: str, is_request: bool, is_of_nothing: bool
) -> None:
    assert phrases.requests(clause) is is_request
    assert phrases.requests_nothing(clause) is is_of_nothing


@pytest.mark.parametrize(
    ("clause", "by_word", "only_requests", "only_opens"),
    [
        ("请问贵公司终止服务后", False, True, True),
        ("请问多久", True, False, False),
        ("请告知解约流程", False, True, False),
        ("多久", True, False, False),
        ("终止服务后", False, False, False),
        ("please tell me whether it is safe", True, False, False),
        ("please confirm the fee", False, False, False),
        ("do i pay", True, False, False),
    ],
)
def test_a_clause_asks_by_word_or_only_leads_to_a_question(
    clause: str, by_word: bool, only_requests: bool, only_opens: bool
) -> None:
    assert phrases.asks_by_word(clause) is by_word
    assert phrases.only_requests(clause) is only_requests
    assert phrases.only_opens(clause) is only_opens


@pytest.mark.parametrize(
    ("clause", "goes_on"),
    [
        ("even if i had left", True),
        ("or not", True),
        ("and if so", True),
        ("if not", True),
        ("if not paid within thirty days", False),
        ("i mean the fee", True),
        ("orders are free", False),
        ("likely so", False),
        ("还是按年收费", True),
        ("还是想取消", False),
        ("或者按年", True),
        ("哪怕停机", True),
        ("能退吗", False),
    ],
)
def test_a_clause_goes_on_with_the_question_before_it(clause: str, goes_on: bool) -> None:
    assert phrases.continues(clause) is goes_on


@pytest.mark.parametrize(
    ("text", "is_rhetorical"),
    [
        ("really??", True),
        ("what kind of service is this", True),
        ("what kind of service do you offer to resellers abroad", False),
        ("can you help me with this", True),
        ("can you help me cancel", False),
        ("why", True),
        ("why is it blocked", False),
        ("你们到底管不管", True),
        ("怎么还没人理", True),
        ("可以吗", True),
        ("可以转让吗", False),
        ("怎么回事", True),
        ("怎么回收账号", False),
        ("什么时候回复我", True),
        ("什么时候回收号码", False),
    ],
)
def test_what_is_asked_in_anger_or_for_attention_wants_no_answer(
    text: str, is_rhetorical: bool
) -> None:
    assert phrases.is_rhetorical(text) is is_rhetorical


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("and how long", "how long"),
        ("android app free", "android app free"),
        ("btw - is it on", "is it on"),
        ("first, also, who pays", "who pays"),
        ("firstly we left", "we left"),
        ("last but not least, who pays", "who pays"),
        ("另外,能退吗", "能退吗"),
        ("还有就是,第二点、请问一下发票怎么开", "发票怎么开"),
        ("发票怎么开", "发票怎么开"),
        ("and also", ""),
    ],
)
def test_words_that_only_lead_are_no_part_of_a_question(text: str, left: str) -> None:
    assert text[phrases.lead_filler(text) :] == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Could you please advise whether fees are refundable?", "whether fees are refundable?"),
        ("I'd like to know how long it takes", "how long it takes"),
        ("We also need to know, who pays?", "who pays?"),
        ("请问发票怎么开？", "发票怎么开？"),
        ("我想了解一下：解约流程", "解约流程"),
        ("烦请您告知解约流程", "解约流程"),
        ("Please tell me", "Please tell me"),
        ("请问多久", "请问多久"),
        ("How do I tell you?", "How do I tell you?"),
    ],
)
def test_polite_words_are_dropped_unless_nothing_is_left(text: str, left: str) -> None:
    assert phrases.without_request(text) == left


@pytest.mark.parametrize(
    ("sentence", "may_be"),
    [
        ("we must speak with a manager", True),
        ("i insist on an apology", True),
        ("let me know", True),
        ("we moved to oslo", False),
        ("尽快处理", True),
        ("给我个说法", True),
        ("我们搬家了", False),
    ],
)
def test_what_may_be_a_request_is_shown_to_the_agent(sentence: str, may_be: bool) -> None:
    assert phrases.looks_like_request(sentence) is may_be
