"""A name in a question: whose agreement it asks about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.names import find_named
from bot.answering.question import frame_question
from index.agreement import Agreement

TEXTS = {
    "belmart.txt": "Belmart Terms of Service\n\n1. Refunds\n\nA refund is paid within 14 days.\n",
    "corware.txt": "Corware Terms of Service\n\n1. Refunds\n\nA refund is paid within 7 days.\n\n"
    "2. Cards\n\nStripe processes all card payments, and 支付宝 the others.\n",
    "globex.md": "# Globex Customer Agreement\n\n1. Ending\n\nEnd it by a notice of 30 days.\n",
    "terms.md": "# Terms of Service\n\n1. Bees\n\nBees may be kept on the roof.\n",
    "kwe.txt": "科维尔用户协议\n\n第一条 退款\n\n科维尔在三日内退款。\n",
    "spark.md": "# Spark Terms of Use\n\nSpark is free. Use Spark well, since Spark is yours.\n",
}


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
        ("spark怎么收费", ("spark",)),
        ("will a spark set the roof on fire?", ()),
        ("what do the terms of service say about bees", ()),
        ("can I pay with Corware?", ()),
        ("对接Corware的同事走了，账号能过给别人吗", ("corware",)),
        ("does my plugin work with Corware", ("corware",)),
        ("Can I pay with Corware at Belmart?", ("belmart",)),
    ],
)
def test_a_name_is_found_in_any_script_case_and_form(
    agreements: list[Agreement], question: str, named: tuple[str, ...]
) -> None:
    assert find_named(question, agreements) == named


def test_a_held_name_beside_another_company_counts(agreements: list[Agreement]) -> None:
    framed = frame_question("Does Corware give my data to Spotify?", agreements)
    assert (framed.scope, framed.is_foreign) == (("corware",), False)


def test_a_company_that_nobody_holds_is_told_after_one_that_is_held(
    agreements: list[Agreement],
) -> None:
    former = ["Can I get a refund at Corware?"]
    framed = frame_question("and does Spotify refund it?", agreements, history=former)
    assert framed.unheld == "Spotify"
    framed = frame_question("and when is it paid?", agreements, history=former)
    assert (framed.scope, framed.unheld) == (("corware",), "")


def test_a_company_that_the_chosen_agreement_speaks_of_is_no_hindrance(
    agreements: list[Agreement],
) -> None:
    question = "does Stripe process card payments?"
    assert not frame_question(question, agreements, chosen="corware").is_foreign
    held = [*agreements, replace(agreements[0], id="stripe", aliases=("Stripe",))]
    assert not frame_question(question, held, chosen="corware").is_foreign
    assert frame_question(question, held, chosen="globex").is_foreign
