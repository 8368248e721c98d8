"""What the world can look up about the domain that letters come from: SPF, DKIM, DMARC.

Source: RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dns import exception, resolver

from campaign_actions.health.findings import Finding, State

SECONDS = 5.0
HEADING = "Mail domain"
# Gives the TXT records of a name; None when the question was not answered.
Ask = Callable[[str], list[str] | None]


def look(domain: str, selector: str, ask: Ask) -> Iterator[Finding]:
    """What is missing for letters from `domain`; DKIM only with the `selector` of the mail provider."""
    if "." not in domain:
        words = f"Letters come from {domain}, which is no domain of the internet."
        yield Finding("mail domain", State.LOOK, HEADING, words, "Set CAMPAIGN_MAIL_FROM.")
        return
    records = ask(domain)
    if records is None:
        words = f"No name server answered for {domain}, so nothing is known."
        yield Finding("mail domain", State.LOOK, HEADING, words, "Try again where the network is.")
        return
    yield _finding("SPF", domain, _with(records, "v=spf1"), "names no server that may send its mail")
    policy = _with(ask(f"_dmarc.{domain}") or [], "v=DMARC1")
    yield _finding(
        "DMARC", f"_dmarc.{domain}", policy, "says nothing of letters that only claim to be its own"
    )
    if selector:
        name = f"{selector}._domainkey.{domain}"
        keys = [record for record in ask(name) or [] if "p=" in record]
        yield _finding("DKIM", name, keys, "holds no key, so letters cannot be proved to be its own")


def ask(name: str) -> list[str] | None:
    """The TXT records of `name`, by the name servers of this machine."""
    try:
        answer = resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return []
    except exception.DNSException:
        return None
    return [b"".join(record.strings).decode("ascii", errors="replace") for record in answer]


def _with(records: list[str], beginning: str) -> list[str]:
    return [record for record in records if record.lower().startswith(beginning.lower())]


def _finding(kind: str, name: str, found: list[str], fault: str) -> Finding:
    if len(found) == 1:
        return Finding(kind, State.FINE, kind, f"{name}: {found[0][:120]}")
    if found:
        words, cure = f"{name} has {len(found)} such records, which counts as none.", "Leave one."
        return Finding(kind, State.BAD, kind, words, cure)
    cure = "Ask your mail provider for the record: without it letters land among the spam."
    return Finding(kind, State.BAD, kind, f"{name} {fault}.", cure)
