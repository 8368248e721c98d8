"""Entries of the audit log in words, for staff who read all of it and organisers who read their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from campaign_actions.audit import Entry
from campaign_actions.infra.i18n import _, lazy

# An id is shown by its first digits, as the thing of an entry is.
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ID_DIGITS = 8
# What is not here is shown by its own dotted word, so that no entry is ever hidden.
DEEDS = {
    "action.add_picture": lazy("added a picture to an action"),
    "action.approve_change": lazy("approved a change of an action's text"),
    "action.ask_change": lazy("asked for a change of an action's text"),
    "action.close": lazy("closed an action"),
    "action.decline_change": lazy("declined a change of an action's text"),
    "action.deliver": lazy("noted that an action was delivered"),
    "action.describe_picture": lazy("described a picture of an action"),
    "action.draft": lazy("made a draft of an action"),
    "action.goal_passed": lazy("noted that a goal was passed"),
    "action.launch": lazy("ticked a step of an action's launch"),
    "action.move": lazy("gave an action a new address"),
    "action.new_version": lazy("made a new version of an action's text"),
    "action.open": lazy("opened an action"),
    "action.outcome": lazy("recorded an outcome"),
    "action.pause": lazy("paused an action"),
    "action.publish": lazy("published an action"),
    "action.remove_picture": lazy("removed a picture of an action"),
    "action.reopen": lazy("opened an action again"),
    "action.save": lazy("saved an action"),
    "action.translate": lazy("saved a translation of an action"),
    "action.withdraw": lazy("withdrew an action"),
    "article.add_picture": lazy("added a picture to an article"),
    "article.describe_picture": lazy("described a picture of an article"),
    "article.import": lazy("imported an article"),
    "article.make": lazy("wrote an article"),
    "article.move": lazy("gave an article a new address"),
    "article.publish": lazy("published an article"),
    "article.remove_picture": lazy("removed a picture of an article"),
    "article.save": lazy("saved an article"),
    "article.show": lazy("showed an article at its hour"),
    "article.take_back": lazy("made a scheduled article a draft again"),
    "article.withdraw": lazy("withdrew an article"),
    "backup.make": lazy("made a backup"),
    "case.add_picture": lazy("added a picture to a case"),
    "case.check": lazy("checked a case"),
    "case.describe_picture": lazy("described a picture of a case"),
    "case.draft": lazy("made a draft of a case"),
    "case.entry": lazy("told what happened in a case"),
    "case.entry_off": lazy("took away what was told of a case"),
    "case.erase": lazy("erased a case"),
    "case.fact": lazy("added a fact to a case"),
    "case.fact_off": lazy("took a fact away from a case"),
    "case.link": lazy("joined an article to a case"),
    "case.move": lazy("gave a case another address"),
    "case.publish": lazy("published a case"),
    "case.remove_picture": lazy("removed a picture of a case"),
    "case.save": lazy("saved a case"),
    "case.take_back": lazy("took a case off the site"),
    "case.unlink": lazy("parted an article from a case"),
    "case.words": lazy("saved the words of a case"),
    "comment.hide": lazy("hid a comment"),
    "comment.show": lazy("showed a comment"),
    "event.add_picture": lazy("added a picture to an event"),
    "event.cancel": lazy("cancelled an event"),
    "event.change": lazy("changed an event"),
    "event.copy": lazy("copied an event"),
    "event.describe_picture": lazy("described a picture of an event"),
    "event.publish": lazy("published an event"),
    "event.remove_picture": lazy("removed a picture of an event"),
    "event.report": lazy("told how an event went"),
    "event.schedule": lazy("added an event"),
    "export.approve": lazy("agreed to a list of names"),
    "export.ask": lazy("asked for a list of names"),
    "export.decline": lazy("did not agree to a list of names"),
    "export.delete": lazy("deleted a list of names"),
    "export.download": lazy("downloaded a list of names"),
    "export.failed": lazy("could not make a list of names"),
    "export.gone": lazy("deleted a list of names after 24 hours"),
    "export.made": lazy("made a list of names"),
    "keys.add": lazy("added a key that names and addresses are sealed to"),
    "keys.retire": lazy("retired a key that names and addresses were sealed to"),
    "keys.rewrap": lazy("gave stored records to the keys of today"),
    "mailing.ask": lazy("asked for a mailing of an update"),
    "mailing.done": lazy("finished a mailing of an update"),
    "mailing.go_on": lazy("let a mailing of an update go on"),
    "mailing.pause": lazy("paused a mailing of an update"),
    "mailing.start": lazy("started a mailing of an update"),
    "mailing.stop": lazy("ended a mailing of an update"),
    "page.save": lazy("saved the team's words on a standing page"),
    "paper.confirm": lazy("checked a paper sheet"),
    "paper.enter": lazy("entered a paper sheet"),
    "paper.remove": lazy("removed a paper sheet"),
    "paper.send_back": lazy("sent a paper sheet back"),
    "redirect.add": lazy("added a redirect"),
    "redirect.remove": lazy("removed a redirect"),
    "request.delete": lazy("deleted a signature for the person who asked"),
    "request.link": lazy("sent a person the links to their own signatures"),
    "request.look_up": lazy("looked up an address for the person who asked"),
    "request.withdraw": lazy("withdrew a signature for the person who asked"),
    "retention.hold": lazy("held up the deletion of signatures"),
    "retention.lift": lazy("lifted a hold on the deletion of signatures"),
    "retention.run": lazy("had due signatures deleted at once"),
    "review.approve": lazy("agreed to a decision about suspected signatures"),
    "review.ask": lazy("decided about suspected signatures"),
    "review.done": lazy("carried out a decision about suspected signatures"),
    "review.refuse": lazy("did not start a decision about suspected signatures: the match had moved"),
    "review.stop": lazy("stopped a decision about suspected signatures"),
    "review.surge": lazy("noted a surge of signatures"),
    "review.undo": lazy("asked to undo a decision about suspected signatures"),
    "review.undone": lazy("undid a decision about suspected signatures"),
    "rule.add": lazy("added a rule of screening"),
    "rule.remove": lazy("removed a rule of screening"),
    "target.add": lazy("added a target"),
    "target.remove": lazy("removed a target"),
    "target.save": lazy("saved a target"),
    "update.publish": lazy("published an update"),
    "update.save": lazy("saved an update"),
    "update.withdraw": lazy("withdrew an update"),
    "update.write": lazy("wrote an update"),
    "user.add": lazy("added a user"),
    "user.app_off": lazy("took the app off their second step"),
    "user.disable": lazy("shut a user out"),
    "user.enable": lazy("let a user in again"),
    "user.invite": lazy("invited somebody to the team"),
    "user.log_in": lazy("logged in"),
    "user.log_out": lazy("logged out"),
    "user.passkey_doubted": lazy("was refused: the passkey may have been copied"),
    "user.passkey_off": lazy("removed a passkey"),
    "user.passkey_on": lazy("added a passkey"),
    "user.password": lazy("changed a password"),
    "user.recovery_codes": lazy("drew new recovery codes"),
    "user.recovery_used": lazy("used a recovery code"),
    "user.role": lazy("changed a user's role"),
    "user.second_step_off": lazy("took the second step off an account"),
    "user.second_step_on": lazy("set up the second step at log-in"),
    "user.session_end": lazy("ended a session"),
    "user.uninvite": lazy("took an invitation back"),
}
AREAS = {
    "action": lazy("Actions"),
    "article": lazy("News"),
    "backup": lazy("Backups"),
    "case": lazy("Cases"),
    "comment": lazy("Comments"),
    "event": lazy("Events"),
    "export": lazy("Exports"),
    "keys": lazy("Keys"),
    "mailing": lazy("Mailings"),
    "page": lazy("Standing pages"),
    "paper": lazy("Paper sheets"),
    "redirect": lazy("Redirects"),
    "request": lazy("Requests"),
    "retention": lazy("Retention"),
    "review": lazy("Review"),
    "rule": lazy("Rules of screening"),
    "target": lazy("Targets"),
    "update": lazy("Updates"),
    "user": lazy("Users"),
}
# What an entry is about; what is not named here is shown as it is stored.
THINGS = {
    "action": lazy("action"),
    "article": lazy("article"),
    "case": lazy("case"),
    "comment": lazy("comment"),
    "event": lazy("event"),
    "export": lazy("list"),
    "invitation": lazy("invitation"),
    "keys": lazy("keys"),
    "page": lazy("page"),
    "paper": lazy("sheet"),
    "redirect": lazy("redirect"),
    "request": lazy("request"),
    "review": lazy("decision"),
    "rule": lazy("rule"),
    "target": lazy("target"),
    "update": lazy("update"),
    "user": lazy("user"),
}
DETAILS = {
    "action": lazy("action"),
    "article": lazy("article"),
    "asked": lazy("asked to confirm"),
    "bad": lazy("could not be read"),
    "by_clock": lazy("by the clock"),
    "came": lazy("came"),
    "change": lazy("change"),
    "changed": lazy("changed"),
    "chosen": lazy("chosen"),
    "cluster": lazy("cluster"),
    "code": lazy("code"),
    "columns": lazy("columns"),
    "count": lazy("count"),
    "dates_or_risk": lazy("dates or risk"),
    "decision": lazy("decision"),
    "done": lazy("done"),
    "download": lazy("download"),
    "entry": lazy("entry"),
    "fact": lazy("fact"),
    "file": lazy("file"),
    "files": lazy("files"),
    "filters": lazy("chosen"),
    "fingerprint": lazy("fingerprint"),
    "found": lazy("found"),
    "goal": lazy("goal"),
    "key": lazy("key"),
    "kind": lazy("kind"),
    "known": lazy("already there"),
    "language": lazy("language"),
    "launch": lazy("step"),
    "left": lazy("left"),
    "lines": lazy("lines"),
    "locale": lazy("language"),
    "may_export": lazy("export right"),
    "merged": lazy("merged"),
    "moved": lazy("moved"),
    "new": lazy("new"),
    "note": lazy("note"),
    "number": lazy("number"),
    "old": lazy("old"),
    "on": lazy("day"),
    "on_paper": lazy("lines on paper"),
    "outcome": lazy("outcome"),
    "people": lazy("people"),
    "published": lazy("published"),
    "purpose": lazy("what for"),
    "reason": lazy("reason"),
    "recipient": lazy("for whom"),
    "reworded": lazy("reworded"),
    "role": lazy("role"),
    "rewrapped": lazy("records"),
    "rows": lazy("names"),
    "sealed": lazy("sealed"),
    "sha256": lazy("SHA-256"),
    "shown": lazy("shown"),
    "shut": lazy("did not open"),
    "shows_at": lazy("appears"),
    "skipped": lazy("skipped"),
    "slug": lazy("address"),
    "source": lazy("source"),
    "status": lazy("status"),
    "step": lazy("change of the count"),
    "taken": lazy("taken in"),
    "version": lazy("version"),
}


@dataclass(frozen=True)
class Line:
    """One entry in words, what it is about, and its details as texts."""

    entry: Entry
    deed: str
    thing: str
    details: list[tuple[str, str]]


def line(entry: Entry) -> Line:
    """The entry in the reader's language; what has no words yet is shown as it is stored."""
    known = DEEDS.get(entry.deed)
    details = [(_name(name), _text(value)) for name, value in entry.details.items()]
    thing = str(THINGS.get(entry.thing, entry.thing))
    return Line(entry, str(known) if known else entry.deed, thing, [item for item in details if item[1]])


def _name(name: str) -> str:
    known = DETAILS.get(name)
    return str(known) if known else name.replace("_", " ")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        parts = [f"{_name(name)} {_text(part)}" for name, part in value.items() if part]
        return "; ".join(parts)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    text = "" if value is None else str(value)
    return text[:ID_DIGITS] if ID.fullmatch(text) else text
