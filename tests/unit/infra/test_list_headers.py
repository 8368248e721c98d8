"""Letters that go to many carry the two headers with which a mail program unsubscribes in one press."""

from __future__ import annotations

import email
import email.policy
from uuid import uuid4

import pytest

from campaign_actions.infra.mail import sending
from campaign_actions.infra.mail.rendering import Rendered
from campaign_actions.infra.mail.sending import Sender
from tests.support.mail_server import MailServer

SENDER = Sender("The campaign", "news@campaign.example.org")
LONG = "https://a-campaign-with-a-long-name.example.org/ru/my/unsubscribe/" + "Ab-_" * 16
LETTER = Rendered("News", "He is free.\n", "<p>He is free.</p>")


def test_the_headers_arrive_whole_however_long_the_address_is(mail_server: MailServer) -> None:
    message = sending.compose(uuid4(), SENDER, "marta@example.org", LETTER, unsubscribe_url=LONG)
    way = sending.transport_for(mail_server.url)
    assert way.send(message, "marta@example.org") is sending.Answer.SENT
    way.close()
    raw = bytes(message)
    assert f"\r\nList-Unsubscribe: <{LONG}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert read["List-Unsubscribe"] == f"<{LONG}>"
    assert mail_server.letters[-1].message["List-Unsubscribe"] == f"<{LONG}>"


def test_a_letter_to_one_person_has_none() -> None:
    message = sending.compose(uuid4(), SENDER, "marta@example.org", LETTER)
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    "address",
    [
        "http://campaign.example.org/my/unsubscribe/x",
        "https://campaign.example.org/my/x\r\nBcc: all@example.org",
        "https://campaign.example.org/my/<x>",
        "https://campaign.example.org/" + "x" * 500,
        "https:///my/unsubscribe/x",
        "mailto:leave@example.org",
    ],
)
def test_an_address_that_cannot_stand_there_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|https"):
        sending.list_headers(address)


def test_a_site_tried_out_on_this_machine_needs_no_https() -> None:
    assert sending.list_headers("http://localhost:8000/my/unsubscribe/x")
