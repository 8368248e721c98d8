"""Which network a request comes from."""

import pytest
from flask import Flask

from campaign_actions.config import from_environment
from campaign_actions.web.client import address_of, network_of, prefix


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        ("198.51.100.7", 0, "192.0.2.1"),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", 1, "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", 2, "203.0.113.9"),
        ("198.51.100.7", 2, "192.0.2.1"),
        ("", 1, "192.0.2.1"),
        (" , ,198.51.100.7 ", 1, "198.51.100.7"),
    ],
)
def test_the_client_is_the_nth_address_from_the_right(forwarded: str, proxies: int, client: str) -> None:
    assert address_of("192.0.2.1", forwarded, proxies) == client


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("198.51.100.7:4711", "198.51.100.0/24"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("[2001:db8:1:2::7]:4711", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
        ("somewhere", "unknown"),
    ],
)
def test_an_address_is_kept_as_a_network_only(address: str, network: str) -> None:
    assert network_of(address) == network


def test_no_proxy_is_trusted_unless_somebody_says_so() -> None:
    assert from_environment({}).trusted_proxies == 0


def test_a_forged_header_changes_nothing_where_no_proxy_stands(app: Flask) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9"}
    with app.test_request_context("/", headers=forged, environ_base={"REMOTE_ADDR": "192.0.2.77"}):
        assert prefix() == "192.0.2.0/24"
