from __future__ import annotations

import pytest

from index.search.words import Speller

SPELLER = Speller(
    ["Refund of the balance: your account is terminated.", "Notification; 余额退款 invoices"]
)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("can i get a refnud", "can i get a refund"),
        ("balence", "balance"),
        ("acount", "account"),
        ("termnated", "terminated"),
        ("notifcaton", "notification"),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(slip: str, meant: str) -> None:
    assert SPELLER.mend(slip) == meant


@pytest.mark.parametrize(
    "text", ["invoice", "terminating", "kangaroo", "bill", "12345", "餘額", ""]
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert SPELLER.mend(text) == text
