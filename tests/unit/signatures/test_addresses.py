"""Addresses: the words of a refusal, one mailbox in five spellings, likely slips."""

import time

import pytest
from hypothesis import given, strategies as st

from campaign_actions.errors import Refused
from campaign_actions.signatures.addresses import canonical, check, slip

WRONG = "Enter an email address in the correct format, like name@example.com"
DOMAINS = st.sampled_from(
    [
        "gmail.com",
        "GoogleMail.com",
        "ya.ru",
        "yandex.kz",
        "mail.ru",
        "bk.ru",
        "example.org",
        "пример.рф",
        "sub.gmail.com",
    ]
)
LOCALS = st.text(alphabet="abc.+-_1İÄя\u0301", min_size=1, max_size=20) | st.text(
    min_size=1, max_size=20
).filter(lambda text: text.strip() == text)


def words_of(address: str) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        check(address)
    return refused.value.sentence, refused.value.field


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Marta+kz@Example.ORG \n", "Marta+kz@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("ann@пример.рф", "ann@пример.рф"),
        ("аня@example.org", "аня@example.org"),
        ("a@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + ".example", None),
    ],
)
def test_addresses_are_kept_as_typed(typed: str, kept: str | None) -> None:
    assert check(typed) == (kept or typed)


@pytest.mark.parametrize("nothing", ["", "  ", "\t\n"])
def test_nothing_typed(nothing: str) -> None:
    assert words_of(nothing) == ("Enter your email address", "email")


@pytest.mark.parametrize(
    "typed",
    [
        "marta",
        "marta@",
        "@example.org",
        "marta@example",
        "marta@@example.org",
        "marta@localhost",
        "mar ta@example.org",
        "marta@exa mple.org",
        "Marta <marta@example.org>",
        "a@b.example,c@d.example",
        "marta@example.org\nBcc: x@example.org",
        "marta@example.org\0",
        "marta\u2028@example.org",
        "marta..l@example.org",
        "marta@[127.0.0.1]",
        "a" * 250 + "@example.org",
        "\ud800@example.org",
    ],
)
def test_wrong_addresses_are_refused_in_one_sentence(typed: str) -> None:
    assert words_of(typed) == (WRONG, "email")


def test_a_refusal_repeats_nothing_that_was_typed() -> None:
    with pytest.raises(Refused) as refused:
        check("marta@secret name")
    assert refused.value.__cause__ is None
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("spellings", "mailbox"),
    [
        (
            [
                "Marta.L@gmail.com",
                "martal@gmail.com",
                "m.a.r.t.a.l+kz@GMAIL.com",
                "marta.l@googlemail.com",
                " MARTAL@gmail.com",
            ],
            "martal@gmail.com",
        ),
        (["Ivan.Petrov@ya.ru", "ivan-petrov@yandex.kz", "ivan.petrov+x@yandex.ru"], "ivan-petrov@yandex.ru"),
        (["ann@proton.me", "ann+1@protonmail.com"], "ann@proton.me"),
        (["ann+tag@example.org", "Ann@EXAMPLE.org"], "ann@example.org"),
        (["ann@пример.рф", "ann@ПРИМЕР.РФ", "ann@xn--e1afmkfd.xn--p1ai"], "ann@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_spellings_of_one_mailbox(spellings: list[str], mailbox: str) -> None:
    assert {canonical(spelling) for spelling in spellings} == {mailbox}


@pytest.mark.parametrize(
    "addresses",
    [
        ["ann@mail.ru", "ann@bk.ru", "ann@list.ru", "ann@inbox.ru", "ann@internet.ru"],
        ["an.n@example.org", "ann@example.org"],
        ["an-n@gmail.com", "ann@gmail.com"],
        ["ann@outlook.com", "ann@hotmail.com", "ann@live.com"],
        ["+a@example.org", "+b@example.org"],
        ["ann-x@yahoo.com", "ann@yahoo.com"],
    ],
)
def test_two_mailboxes_stay_two(addresses: list[str]) -> None:
    assert len({canonical(address) for address in addresses}) == len(addresses)


@given(local=LOCALS, domain=DOMAINS)
def test_a_canonical_address_is_its_own(local: str, domain: str) -> None:
    once = canonical(f"{local}@{domain}")
    assert canonical(once) == once


@given(
    local=st.from_regex(r"[a-z][a-z.]{0,8}[a-z]", fullmatch=True).filter(lambda text: ".." not in text),
    domain=DOMAINS,
)
def test_what_passes_the_check_has_a_mailbox(local: str, domain: str) -> None:
    assert canonical(check(f"{local}@{domain}")) == canonical(f"{local.upper()}@{domain}")


@pytest.mark.parametrize(
    "nowhere", ["", "ann", "ann@", "@example.org", "ann@..", "ann@exa mple.org", "ann@-"]
)
def test_no_mailbox_without_a_domain(nowhere: str) -> None:
    with pytest.raises(Refused):
        canonical(nowhere)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ann.L@gmial.com", "Ann.L@gmail.com"),
        ("ann@gmai.com", "ann@gmail.com"),
        ("ann@gmail.con", "ann@gmail.com"),
        ("ann@gmail.ru", "ann@gmail.com"),
        ("ann@yandex.rn", "ann@yandex.ru"),
        ("ann@HOTMAL.com", "ann@hotmail.com"),
        ("ann@maul.ru", "ann@mail.ru"),
    ],
)
def test_likely_slips(typed: str, meant: str) -> None:
    assert slip(typed) == meant


@pytest.mark.parametrize(
    "right",
    [
        "ann@gmail.com",
        "ann@mail.com",
        "ann@ymail.com",
        "ann@bk.ru",
        "ann@example.org",
        "ann@ya.ru",
        "",
        "ann",
    ],
)
def test_real_domains_are_not_questioned(right: str) -> None:
    assert slip(right) is None


def test_no_likely_domain_is_the_slip_of_another() -> None:
    assert slip("ann@googlemail.com") is None
    assert slip("ann@yandex.kz") is None


@pytest.mark.parametrize(
    "hostile", ["a" * 100_000, "a@" * 50_000, "a." * 50_000 + "@x.org", "a@" + "b." * 50_000, "@" * 100_000]
)
def test_hostile_addresses_cost_no_time(hostile: str) -> None:
    check("warm@example.org")
    start = time.perf_counter()
    with pytest.raises(Refused):
        check(hostile)
    slip(hostile)
    assert time.perf_counter() - start < 0.05
