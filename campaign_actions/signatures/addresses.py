"""E-mail addresses: are they written right, which mailbox are they, did a finger slip."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _

MAX_LENGTH = 254

_RULES = Path(__file__).resolve().parent.parent / "data" / "mail_domains.toml"
_LOCAL_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class _Provider:
    tag: str
    ignore: str
    same: Mapping[str, str]


@dataclass(frozen=True)
class _Rules:
    default: _Provider
    providers: Mapping[str, _Provider]
    aliases: Mapping[str, str]
    likely: tuple[str, ...]
    real: frozenset[str]
    other_slips: Mapping[str, str]


def check(address: str) -> str:
    """The address without blanks around it, its domain in lower case, as letters are sent to it.

    Takes any script and up to 254 characters; asks no name server, which would learn who signs.
    Raises Refused for the field "email". Source: RFC 5321, 5322, 6531, by email-validator.
    """
    typed = address.strip()
    if not typed:
        raise Refused(_("Enter your email address"), field="email")
    # Mail programs would read an encoded word there, and nobody has such an address.
    if len(typed) > MAX_LENGTH or "=?" in typed:
        raise _wrong_format()
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        # Its reason is not kept as the cause: it quotes what was typed.
        raise _wrong_format() from None


def canonical(address: str) -> str:
    """One spelling for all addresses that reach the same mailbox, by `data/mail_domains.toml`.

    Lower case, the domain in ASCII (IDNA 2008). Never a place to send letters to. Giving it its
    own answer changes nothing. Raises Refused if there is no domain that mail could go to.
    """
    local, at, domain = unicodedata.normalize("NFC", address.strip()).rpartition("@")
    if not at or not local:
        raise _wrong_format()
    plain_domain = _ascii_domain(domain)
    rules = _rules()
    plain_domain = rules.aliases.get(plain_domain, plain_domain)
    provider = _provider_of(plain_domain, rules)
    return f"{_plain_local(local, provider)}@{plain_domain}"


def deliverable(address: str) -> str:
    """The address with its domain in ASCII (IDNA 2008), which every mail server takes; else as typed."""
    local, _at, domain = address.strip().rpartition("@")
    return f"{local}@{_ascii_domain(domain)}"


def slip(address: str) -> str | None:
    """The address that was probably meant ("gmial.com" for "gmail.com"), or None.

    Only a question to ask: the address may be right as it stands.
    """
    local, at, domain = address.strip().rpartition("@")
    typed = domain.lower()
    rules = _rules()
    if not at or not local or typed in rules.real:
        return None
    meant = rules.other_slips.get(typed) or next(
        (likely for likely in rules.likely if _one_key_apart(typed, likely)), None
    )
    return f"{local}@{meant}" if meant else None


def _wrong_format() -> Refused:
    return Refused(_("Enter an email address in the correct format, like name@example.com"), field="email")


def _ascii_domain(domain: str) -> str:
    plain = domain.lower().rstrip(".")
    if len(plain) <= MAX_LENGTH and all(map(_LOCAL_LABEL.fullmatch, plain.split("."))):
        return plain
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(f"a@{plain[:MAX_LENGTH]}", check_deliverability=False).ascii_domain.lower()
    except EmailNotValidError:
        raise _wrong_format() from None


def _plain_local(local: str, provider: _Provider) -> str:
    plain = unicodedata.normalize("NFC", local.lower())
    if provider.tag:
        name, _tag, _rest = plain.partition(provider.tag)
        plain = name or plain
    skipped = plain.translate({ord(letter): None for letter in provider.ignore}) or plain
    return skipped.translate({ord(letter): same for letter, same in provider.same.items()})


def _provider_of(domain: str, rules: _Rules) -> _Provider:
    labels = domain.split(".")
    for start in range(len(labels)):
        provider = rules.providers.get(".".join(labels[start:]))
        if provider:
            return provider
    return rules.default


def _one_key_apart(typed: str, meant: str) -> bool:
    """One letter more, less, other, or two neighbours swapped."""
    if typed == meant or abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    here, there = typed[start:], meant[start:]
    swapped = len(here) > 1 and here[:2] == there[1::-1] and here[2:] == there[2:]
    return here[1:] == there[1:] or here[1:] == there or here == there[1:] or swapped


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    with _RULES.open("rb") as file:
        content = tomllib.load(file)
    default = _Provider(content["default"]["tag"], content["default"]["ignore"], {})
    providers = {
        domain: _Provider(
            rule.get("tag", default.tag), rule.get("ignore", default.ignore), rule.get("same", {})
        )
        for domain, rule in content["domains"].items()
    }
    slips = content["slips"]
    real = frozenset(slips["likely"]) | frozenset(slips["known"])
    return _Rules(default, providers, content["aliases"], tuple(slips["likely"]), real, slips["other"])
