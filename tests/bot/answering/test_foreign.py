"""A company that a question asks about though no agreement here is of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.answer import Reason
from bot.answering.bot import Bot
from bot.answering.foreign import find_foreign
from index.agreement import Agreement
from index.corpus import read_corpus
from index.search.clause_index import ClauseIndex
from tests.fakes import WordEmbedder

TEXTS = {
    "belmart.txt": "Belmart Terms of Service\n\n1. Refunds\n\nA refund is paid within 14 days.\n",
    "corware.txt": "Corware Terms of Service\n\n1. Refunds\n\nA refund is paid within 7 days.\n\n"
    "2. Cards\n\nStripe processes all card payments, and 支付宝 the others.\n",
}


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
        ("Which courts handle disputes with Expedia?", "Expedia"),
        ("What is Zoom's refund policy?", "Zoom"),
        ("怎么注销快手的账号？", "快手"),
        ("拼多多提前多久通知涨价？", "拼多多"),
        ("Does Booking.com charge a cancellation fee?", "Booking.com"),
        ("Does the Zorblatt eShop give refunds?", "Zorblatt eShop"),
        ("Under Dropbox's terms, can they delete my files?", "Dropbox"),
        ("my Revolut account was frozen, how long can they keep it", "Revolut"),
        ("PayPal冻结了我的账户怎么办", "PayPal"),
        ("韵达快递丢件怎么赔偿", "韵达快递"),
        ("网易云音乐能不能注销账号", "网易云音乐"),
        ("滴滴司机出了事故谁赔", "滴滴"),
        ("唯品会退货运费谁出", "唯品会"),
        ("B站大会员能退吗", "B站"),
        ("what happens to my OneDrive photos if I stop paying", "OneDrive"),
        ("Under the Klarna user agreement, can they freeze my money?", "Klarna"),
        ("may I resell Fastly services?", "Fastly"),
        ("金山云欠费后数据保留几天？", "金山云"),
        # a word that agreements hardly say, written as a name
        ("If Lime breaks down mid ride do I still pay?", "Lime"),
        ("What court hears claims against Delta Airlines?", "Delta Airlines"),
        ("番茄小说的会员可以退吗", "番茄小说"),
        ("我在当当买的书能退吗", "当当"),
        ("Zoom会议记录保存多久", "Zoom"),
        # a word that is none, wherever it stands in a short question
        ("may I scrape Craigslist?", "Craigslist"),
        ("Are messages on Zorble deleted after unmatching?", "Zorble"),
        ("Can T-Mobile throttle my data?", "T-Mobile"),
        ("How can I complain about Thameslink?", "Thameslink"),
        # a name and what it offers; a site; letters that begin
        ("招商银行可以冻结我的卡吗", "招商银行"),
        ("顺风车平台曹操出行超时怎么收费", "曹操出行"),
        ("孔夫子旧书网卖家违约怎么罚", "孔夫子旧书网"),
        ("QQ音乐会员怎么取消自动续费", "QQ音乐"),
        ("Notion删除账号后数据保留多久", "Notion"),
        ("怎么注销领英账号", "领英"),
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
        "孩子偷偷用我身份证注册充了两千，这钱能退吗",
        "用paypal可以先下单占着吗",
        "涨价了老用户能保留原价吗",
        "注册完能给我邮寄一份合同吗",
        "Is it OK to send messages that could destabilise networks?",
        "is my data used for training AI",
        "Which clause is on the Customer's data?",
        "If Mr Wang leaves, who gets the account?",
        "Can a Subcontractor process my data?",
        "I'm in Leeds, can I sue here?",
        "Withdrawing the balance to Alipay: how many days?",
        "能用Apple Pay吗",
        "华为手机能装吗",
        "Mac上能装吗",
        "ERP系统怎么对接",
        "开户银行填错了可以改吗",
        "当年注册的邮箱还能进吗",
    ],
)
def test_what_names_no_other_company_is_a_question_to_us(
    agreements: list[Agreement], question: str
) -> None:
    assert find_foreign(question, agreements) == ""


def test_the_answer_says_whose_agreement_is_not_held(folder: Path) -> None:
    bot = Bot(ClauseIndex.build(read_corpus(folder), WordEmbedder()))
    english = bot.ask("How long does Spotify keep my data?")
    assert english.reason is Reason.OUT_OF_SCOPE
    assert english.text.startswith("I hold no agreement of Spotify")
    assert bot.ask("美团会封号吗").text.startswith("我这里没有美团的协议")
