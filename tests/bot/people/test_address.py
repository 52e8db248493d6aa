"""What is an address, and whose."""

from __future__ import annotations

import pytest

from bot.people.client_address import clean_address, network_of


@pytest.mark.parametrize(
    ("text", "clean", "network"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("2001:DB8:1:2:0::9", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%<script>x", "fe80::1", "fe80::/64"),
        ("<script>x", "", ""),
        ("192.0.2.1, 192.0.2.2", "", ""),
        ("192.0.2.1:80", "", ""),
        ("testclient", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_is_cleaned_and_its_machine_known(text: str, clean: str, network: str) -> None:
    assert clean_address(text) == clean
    assert network_of(text) == network
