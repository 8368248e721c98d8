"""What links and page keys give away, and what they do not."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from sqlalchemy import select

from campaign_actions.infra.database.engine import session
from campaign_actions.signatures import links
from campaign_actions.signatures.models import Signature
from tests.support.factories import an_action
from tests.support.flow import Flow


def test_the_page_after_signing_does_not_tell_the_digest_of_the_address(flow: Flow) -> None:
    text = flow.sign(an_action())
    digest = session.execute(select(Signature.email_digest)).scalar_one()
    assert digest not in urlsafe_b64decode(text)
    key = links.read_page_key(text, flow.tools.secret)
    assert key is not None
    assert key.digest == digest


def test_a_page_key_under_another_secret_leads_nowhere(flow: Flow) -> None:
    text = flow.sign(an_action())
    digest = session.execute(select(Signature.email_digest)).scalar_one()
    key = links.read_page_key(text, b"another secret")
    assert key is not None
    assert key.digest != digest
