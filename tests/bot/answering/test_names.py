"""A name in a question: whose agreement it asks about, or a company whose is not here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answer import Reason
from bot.answering.bot import Bot
from bot.answering.names import find_foreign, find_named
from bot.answering.question import frame_question
from index.agreement import Agreement, read_agreement
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

TEXTS = {
    "belmart.txt": "Belmart Terms of Service\n\n1. Refunds\n\nA refund is paid within 14 days.\n",
    "corware.txt": "Corware Terms of Service\n\n1. Refunds\n\nA refund is paid within 7 days.\n\n"
    "2. Cards\n\nStripe processes all card payments, and 支付宝 the others.\n",
    "globex.md": "# Globex Customer Agreement\n\n1. Ending\n\nEnd it by a notice of 30 days.\n",
    "terms.md": "# Terms of Service\n\n1. Bees\n\nBees may be kept on the roof.\n",
    "kwe.txt": "科维尔用户协议\n\n第一条 退款\n\n科维尔在三日内退款。\n",
    "spark.md": "# Spark Terms of Use\n\nSpark is free. Use Spark well, since Spark is yours.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of agreements as a person drops them in."""
    path = tmp_path_factory.mktemp("corpus")
    for name, text in TEXTS.items():
        (path / name).write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def agreements(folder: Path) -> list[Agreement]:
    """Return them, read."""
    return [read_agreement(path) for path in sorted(folder.iterdir())]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("within how many days can I get a refund at Corware?", ("corware",)),
        ("CORWARE'S refund?", ("corware",)),
        ("ｃｏｒｗａｒｅ退款要几天", ("corware",)),
        ("coreware refunds", ("corware",)),
        ("does Belmart or Corware refund sooner", ("belmart", "corware")),
        ("Under the terms of service of Globex, can I end it?", ("globex",)),
        ("科維爾多久退款？", ("kwe",)),
        ("how soon does Keweier refund", ("kwe",)),
        ("can I use Spark at work?", ("spark",)),
        ("does spark cost anything", ("spark",)),
        ("will a spark set the roof on fire?", ()),
        ("what do the terms of service say about bees", ()),
        ("can I pay with Corware?", ()),
        ("Can I pay with Corware at Belmart?", ("belmart",)),
    ],
)
def test_a_name_is_found_in_any_script_case_and_form(
    agreements: list[Agreement], question: str, named: tuple[str, ...]
) -> None:
    assert find_named(question, agreements) == named


@pytest.mark.parametrize(
    ("question", "company"),
    [
        ("How long does Spotify keep my data?", "Spotify"),
        ("does dropbox sell my files", "dropbox"),
        ("Netflix's refund policy", "Netflix"),
        ("how do I cancel my Hulu subscription", "Hulu"),
        ("Can I get a refund from Zalando?", "Zalando"),
        ("If Discord bans me, do I get my money back?", "Discord"),
        ("Does Signal read my messages?", "Signal"),
        ("Dropbox怎么退款", "Dropbox"),
        ("美团会封号吗", "美团"),
        ("小红书封号前会通知吗", "小红书"),
        ("请问高德地图会卖我的位置吗", "高德地图"),
        ("Does AWS offer a free tier?", "AWS"),
        ("阿里云的短信多少钱一条？", "阿里云"),
    ],
)
def test_a_company_that_nobody_holds_is_told(
    agreements: list[Agreement], question: str, company: str
) -> None:
    assert find_foreign(question, agreements) == company


@pytest.mark.parametrize(
    "question",
    [
        "does Stripe process card payments?",
        "支付宝能付款吗？",
        "can I pay with Alipay",
        "do you support WhatsApp",
        "can I use your API with AWS Lambda",
        "用微信登录安全吗",
        "Can I resell the API to AWS customers?",
        "Is my Slack account affected by the laws?",
        "我们的应用跑在阿里云服务器上，数据丢了谁负责？",
        "IS MY DATA SAFE?",
        "Does GDPR apply in California?",
        "Can the Company change the Fees without Notice?",
        "does the app run on my iPhone in March",
        "teh refund, when does it arive",
        "Refunds take how long?",
        "数据会不会给第三方？",
        "退货运费谁出",
        "会员到期后怎么续费",
    ],
)
def test_what_names_no_other_company_is_a_question_to_us(
    agreements: list[Agreement], question: str
) -> None:
    assert find_foreign(question, agreements) == ""


def test_a_held_name_beside_another_company_counts(agreements: list[Agreement]) -> None:
    framed = frame_question("Does Corware give my data to Spotify?", agreements)
    assert (framed.scope, framed.is_foreign) == (("corware",), False)


def test_a_company_that_the_chosen_agreement_speaks_of_is_no_hindrance(
    agreements: list[Agreement],
) -> None:
    question = "does Stripe process card payments?"
    assert not frame_question(question, agreements, chosen="corware").is_foreign
    held = [*agreements, replace(agreements[0], id="stripe", aliases=("Stripe",))]
    assert not frame_question(question, held, chosen="corware").is_foreign
    assert frame_question(question, held, chosen="globex").is_foreign


def test_the_answer_says_whose_agreement_is_not_held(folder: Path) -> None:
    bot = Bot(ClauseIndex.build(read_corpus(folder), WordEmbedder()))
    english = bot.ask("How long does Spotify keep my data?")
    assert english.reason is Reason.OUT_OF_SCOPE
    assert english.text.startswith("I hold no agreement of Spotify")
    assert bot.ask("美团会封号吗").text.startswith("我这里没有美团的协议")
