"""What is typed into every form of the site when it is filled in well."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

from tests.support.factories import PASSWORD

_numbers = count(1)


def _a_name() -> str:
    return f"the Mayor {next(_numbers)}"


def _a_case() -> str:
    return f"Dina {next(_numbers)}"


def _a_number() -> str:
    return str(next(_numbers))


def _an_email() -> str:
    return f"somebody{next(_numbers)}@example.org"


REASON = "The office is closed until Monday."
# What is typed into the form for a post; a function gives something new each time.
TYPED: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "account.logging_in.knock": {"email": _an_email, "password": "not the password"},
        "account.logging_in.log_out": {},
        "account.logging_in.again": {},
        "account.logging_in.second_knock": {"code": "000000"},
        "account.second_step.begin": {},
        "account.by_letter.join": {"name": _a_name, "password": "another long password"},
        "account.by_letter.forgotten": {"email": _an_email},
        "account.by_letter.new_password": {"password": "another long password"},
        "staff.users.invite": {"email": _an_email, "role": "staff"},
        "staff.users.take_back": {},
        "staff.users.change_role": {"role": "organiser"},
        "staff.users.turn": {"role": "staff"},
        "staff.users.end_sessions": {},
        "account.second_step.confirm": {"code": "000000"},
        "account.second_step.prove": {"password": PASSWORD},
        "account.second_step.forget_app": {},
        "account.passkeys.add": {"name": "my phone", "new_passkey": "{}"},
        "account.passkeys.remove": {"key": "00"},
        "account.second_step.codes": {},
        "account.second_step.turn_off": {},
        "account.account.change_password": {"current": PASSWORD, "password": "another long password"},
        "account.account.end_session": {"session": "00"},
        "public.signing.sign": {"name": "Marta Lindqvist", "email": _an_email},
        "public.signing.code": {"code": "000 000"},
        "public.confirming.confirm": {},
        "public.confirming.change": {"level": "target"},
        "public.confirming.refuse": {},
        "public.mine.ask": {"email": _an_email},
        "public.mine.correct": {"name": "Marta Lindqvist"},
        "public.mine.level": {"level": "target"},
        "public.mine.updates": {"wanted": ""},
        "public.mine.withdraw": {},
        "public.mine.delete": {},
        "public.writing_in.put_together": {"name": "Marta Lindqvist", "town": "Uppsala"},
        "public.writing_in.sent": {},
        "desk.figures.tick": {"done": "1"},
        "desk.pages.edit": {"body": "We are a small team."},
        "desk.targets.new": {"name": _a_name},
        "desk.targets.edit": {"address": "1 Harbour Street"},
        "desk.targets.remove": {},
        "desk.actions.new": {"title": "Free Dina Akhmetova"},
        "desk.actions.edit": {"delivery_plan": "By hand."},
        "desk.articles.new": {"title": "A letter from prison", "body": "He writes."},
        "desk.articles.edit": {"summary": "He is in prison."},
        "desk.articles.withdraw": {"reason": REASON},
        "desk.pictures.index": {},
        "desk.pictures.edit": {"alt_en": "Three workers at the gate"},
        "desk.pictures.insert": {},
        "desk.pictures.remove": {},
        "desk.events.new": {"title": "Picket", "starts": "2026-12-16 17:00"},
        "desk.events.edit": {"called_by": "The families"},
        "desk.events.cancel": {"reason": REASON},
        "desk.events.report": {"came": "200", "report": "They read the letter out."},
        "desk.event_copies.copy": {},
        "desk.keeping.keep": {"title": "Oil workers freed", "seen": "1"},
        "desk.keeping.here": {},
        "desk.keeping.take_over": {"title": "Oil workers freed", "seen": "1"},
        "desk.keeping.throw_away": {},
        "public.mine.comment": {"text": "Let them go home."},
        "public.held.ask": {},
        "public.unsubscribing.unsubscribe": {"List-Unsubscribe": "One-Click"},
        "desk.updates.new": {"title": "The court has moved the hearing", "body": "To the spring."},
        "desk.updates.edit": {"body": "To the spring, in the same room."},
        "desk.updates.withdraw": {"reason": REASON},
        "desk.mailings.test": {"subject": "The hearing is moved"},
        "desk.mailings.ask": {"subject": "The hearing is moved", "seen": "2"},
        "desk.mailings.start": {"subject": "The hearing is moved", "seen": "2"},
        "desk.mailings.pause": {},
        "desk.mailings.go_on": {"seen": "2"},
        "desk.mailings.stop": {},
        "desk.comments.decide": {"do": "show", "seen": "1"},
        "desk.paper.count": {"number": _a_number, "count": "7"},
        "desk.paper.lines": {"number": _a_number, "lines-0-name": "Olga K."},
        "desk.paper.show": {"do": "confirm", "counted": "1", "seen": "1"},
        "desk.paper.remove": {"reason": REASON, "seen": "1"},
        "desk.cases.checked": {"seen": "1"},
        "desk.cases.new": {"name": _a_case, "summary": "A teacher.", "detained_on": "2025-01-14"},
        "desk.cases.edit": {"summary": "A teacher of music."},
        "desk.case_words.edit": {"name": "Арман Төлеген", "summary": "Мұғалім."},
        "desk.case_words.linked": {"article": "/news/2026/03/on-her-trial/"},
        "desk.case_words.unlink": {},
        "desk.case_parts.new_fact": {"text": "Three years.", "source": "The judgment"},
        "desk.case_parts.fact": {"text": "Four years."},
        "desk.case_parts.new_entry": {"happened_on": "2025-06", "title": "On trial", "source": "The court"},
        "desk.case_parts.entry": {"title": "Taken from her home"},
        "desk.case_parts.take_back": {},
        "desk.case_parts.erase": {"sure": "1"},
        "desk.stages.stage": {"reason": REASON},
        "desk.texts.edit": {"title": "Босатыңыз", "ask": "Сұраңыз.", "letter": "Құрметті прокурор"},
        "desk.texts.change": {"title": "Free them", "reason": REASON},
        "desk.texts.decide": {"reason": REASON},
        "desk.stages.outcome": {
            "outcome": "won",
            "on": "2026-11-20",
            "text": "Free.",
            "source": "His lawyer",
        },
        "staff.wizard.make": {
            "text_version": "",
            "reason": REASON,
            "recipient": "The embassy",
            "password": PASSWORD,
        },
        "staff.exports.decide": {"password": PASSWORD},
        "staff.exports.download": {},
        "staff.exports.delete": {},
        "staff.retention.run": {},
        "staff.retention.hold": {"reason": REASON},
        "staff.retention.lift": {},
        "staff.review.decide": {"decision": "hold", "reason": REASON},
        "staff.bulk.count": {"decision": "hold", "country": "SE", "reason": REASON},
        "staff.bulk.start": {"password": PASSWORD},
        "staff.decisions.approve": {},
        "staff.decisions.stop": {},
        "staff.decisions.undo": {"reason": REASON, "public_reason": REASON},
        "staff.rules.add": {"kind": "blocked", "value": "bots.example", "note": REASON},
        "staff.rules.remove": {"kind": "blocked", "value": "bots.example"},
        "staff.requests.look_up": {"email": _an_email, "reason": REASON},
        "staff.requests.do": {"email": _an_email, "reason": REASON, "sure": "1"},
        "staff.requests.link": {"email": _an_email, "reason": REASON, "locale": "kk"},
    }
)
# Posts whose fields no page has to be read for.
FREE = frozenset(
    {
        *("account.logging_in.knock", "account.logging_in.again", "account.logging_in.log_out"),
        *("account.logging_in.second_knock", "account.second_step.begin", "account.second_step.confirm"),
        *("account.by_letter.join", "account.by_letter.forgotten", "account.by_letter.new_password"),
        *("staff.users.invite", "staff.users.take_back", "staff.users.change_role"),
        *("staff.users.turn", "staff.users.end_sessions"),
        *("account.second_step.prove", "account.second_step.forget_app"),
        *("account.passkeys.add", "account.passkeys.remove"),
        *("account.second_step.codes", "account.second_step.turn_off", "account.account.end_session"),
        *("account.account.change_password", "public.confirming.confirm", "public.confirming.refuse"),
        "public.writing_in.sent",
        *("public.mine.withdraw", "public.mine.delete", "public.mine.updates"),
        *("public.mine.comment", "public.held.ask", "public.unsubscribing.unsubscribe"),
        *("staff.retention.run", "staff.retention.hold", "staff.retention.lift"),
        *("desk.mailings.test", "desk.mailings.ask", "desk.mailings.start"),
        *("desk.mailings.pause", "desk.mailings.go_on", "desk.mailings.stop"),
        *("desk.paper.count", "desk.paper.lines", "desk.paper.show", "desk.paper.remove"),
        *("desk.comments.decide", "desk.cases.checked", "desk.figures.tick"),
        "desk.case_words.unlink",
        "desk.pictures.insert",
        *("staff.decisions.approve", "staff.decisions.stop", "staff.decisions.undo"),
        *("staff.rules.add", "staff.rules.remove"),
        *("staff.requests.look_up", "staff.requests.do", "staff.requests.link"),
        *("desk.keeping.keep", "desk.keeping.here", "desk.keeping.take_over", "desk.keeping.throw_away"),
    }
)
