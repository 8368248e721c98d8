"""The form of an action's editor; targets and goals are rows that work without script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    FieldList,
    Form as PlainForm,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from campaign_actions.actions import drafting, targets, wording
from campaign_actions.actions.drafting import Typed
from campaign_actions.actions.goals import GoalView
from campaign_actions.actions.models import Action, ActionText, Kind, Level
from campaign_actions.actions.queries import ActionCard, ActionPage
from campaign_actions.actions.wording import Words
from campaign_actions.infra import local_time
from campaign_actions.infra.i18n import _, number
from campaign_actions.web.forms import EditForm, can_be_stored, label, read_moment
from campaign_actions.web.words import KINDS

ASKED, COPY = "asked", "copy"
WORDS = ("title", "ask", "letter", "subject", "points", "avoid")
MAX_TARGET_ROWS, MAX_GOAL_ROWS = targets.MAX_TARGETS + 1, drafting.MAX_GOALS + 1
# What people write between the digits of a large number.
_GROUPING = re.compile(r"[\s,.'’]")


class TargetRow(PlainForm):
    """One target: a name, and whether it is asked or gets a copy."""

    name = StringField(label("Name"))
    role = SelectField(label("Role"), default=ASKED)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.role.choices = [(ASKED, _("is asked")), (COPY, _("gets a copy"))]


class GoalRow(PlainForm):
    """One goal: a number and what happens there."""

    number = StringField(label("Signatures"))
    meaning = StringField(label("What happens there"))


class ActionForm(EditForm):
    """Everything of an action that an organiser may set."""

    kind = RadioField(label("Kind"))
    title = StringField(label("Title"))
    ask = TextAreaField(label("The ask"))
    case = SelectField(label("Case"))
    targets = FieldList(FormField(TargetRow), label("Targets"), max_entries=MAX_TARGET_ROWS)
    subject = StringField(label("Subject"))
    points = TextAreaField(label("Points to make"))
    avoid = TextAreaField(label("Do not say"))
    letter = TextAreaField(label("Text of the letter"))
    as_new_version = BooleanField(label("Make a new version of these words"))
    goals = FieldList(FormField(GoalRow), label("Goals"), max_entries=MAX_GOAL_ROWS)
    opens = StringField(label("Opens"))
    closes = StringField(label("Closes"))
    zone = SelectField(label("Time zone"))
    at_risk = BooleanField(label("Supporters may be at risk"))
    offers_target = BooleanField(label("The target"))
    offers_everyone = BooleanField(label("Everyone"))
    preset_level = SelectField(label("Chosen before anybody chooses"))
    delivery_plan = TextAreaField(label("Delivery plan"))
    successor = SelectField(label("Action that follows this one"))
    address = StringField(label("Address"))

    def offer(self, *, cases: Sequence[tuple[UUID, str]], others: Iterable[ActionCard]) -> None:
        """Fill the lists to choose from; `cases` as (id, name)."""
        none = ("", _("None"))
        if self.kind.data == Kind.LETTER.value:
            self.closes.label.text = _("Write by")
        self.kind.choices = [(kind.value, str(words)) for kind, words in KINDS.items()]
        self.case.choices = [("", _("No case")), *((str(case_id), name) for case_id, name in cases)]
        self.zone.choices = local_time.choices(self.zone.data or "")
        self.successor.choices = [none, *((str(card.id), card.title) for card in others)]
        self.preset_level.choices = [
            (Level.TEAM.value, _("Nobody outside our team")),
            (Level.TARGET.value, _("The target")),
        ]
        for row in self.goals:
            goal = _whole(row.form.number.data or "")
            row.form.number.data = number(goal) if goal else row.form.number.data

    def spare_rows(self) -> None:
        """See that the last target and the last goal are empty rows, so that more can be typed."""
        for rows, named, most in (
            (self.targets, "name", MAX_TARGET_ROWS),
            (self.goals, "number", MAX_GOAL_ROWS),
        ):
            full = not rows.entries or (rows.entries[-1].data[named] or "").strip()
            if full and len(rows.entries) < most:
                rows.append_entry()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As other forms do; goals must be numbers, and rows texts that can be stored."""
        valid = super().validate(extra_validators)
        for rows in (self.targets, self.goals):
            if not all(can_be_stored(text or "") for row in rows.data for text in row.values()):
                rows.errors = [_("This includes a character we cannot store. Type it again.")]
                valid = False
        numberless = any(_is_typed(row) and _whole(row["number"] or "") is None for row in self.goals.data)
        if numberless and not self.goals.errors:
            self.goals.errors = [_("Write each goal as a whole number, 1 or more.")]
        valid = valid and not numberless
        for field in (self.opens, self.closes):
            if (field.data or "").strip() and not read_moment(self, field.name, field.data or ""):
                valid = False
        return valid

    def typed(self) -> Typed:
        """What was typed, after `validate`."""
        rows = [(targets.tidied(row["name"] or ""), row["role"]) for row in self.targets.data]
        return Typed(
            kind=Kind(self.kind.data),
            words=self.words(),
            targets=tuple(name for name, role in rows if name and role != COPY),
            copies=tuple(name for name, role in rows if name and role == COPY),
            goals=tuple(self._goals()),
            opens=self.opens.data or "",
            closes=self.closes.data or "",
            zone=self.zone.data,
            at_risk=self.at_risk.data,
            preset_level=Level(self.preset_level.data or Level.TEAM),
            offers_target=self.offers_target.data,
            offers_everyone=self.offers_everyone.data,
            delivery_plan=self.delivery_plan.data or "",
            case_id=UUID(self.case.data) if self.case.data else None,
            successor_id=UUID(self.successor.data) if self.successor.data else None,
            address=self.address.data or "",
        )

    def words(self) -> Words:
        """Title, ask and letter as typed, and what belongs to a letter people write themselves."""
        return Words(**{name: self[name].data or "" for name in WORDS})

    def _goals(self) -> Iterable[GoalView]:
        for row in self.goals.data:
            goal = _whole(row["number"] or "")
            if goal is not None:
                yield GoalView(goal, row["meaning"] or "")


class TextForm(EditForm):
    """Title, ask and letter in one language; of a letter that people write, its subject and notes too."""

    title = StringField(label("Title"))
    ask = TextAreaField(label("The ask"))
    letter = TextAreaField(label("Text of the letter"))
    subject = StringField(label("Subject"))
    points = TextAreaField(label("Points to make"))
    avoid = TextAreaField(label("Do not say"))

    def words(self) -> Words:
        """What was typed."""
        return Words(**{name: self[name].data or "" for name in WORDS})


def filled(action: Action, page: ActionPage) -> dict[str, Any]:
    """An action as the values of `ActionForm`."""
    text = wording.current(action)
    rows = [{"name": name, "role": ASKED} for name in page.targets]
    rows += [{"name": name, "role": COPY} for name in page.copies]
    return {
        "seen": action.version,
        "kind": action.kind.value,
        "title": text.title,
        "ask": text.ask,
        "letter": text.letter,
        "subject": text.subject,
        "points": text.points,
        "avoid": text.avoid,
        "case": str(action.case_id or ""),
        "targets": rows,
        "goals": [{"number": str(goal.number), "meaning": goal.meaning} for goal in page.card.goals],
        "opens": local_time.written(action.opens_at, action.zone),
        "closes": local_time.written(action.closes_at, action.zone),
        "zone": action.zone,
        "at_risk": action.at_risk,
        "offers_target": action.offers_target,
        "offers_everyone": action.offers_everyone,
        "preset_level": action.preset_level.value,
        "delivery_plan": action.delivery_plan,
        "successor": str(action.successor_id or ""),
        "address": action.slug,
    }


def filled_text(action: Action, text: ActionText | None) -> dict[str, Any]:
    """The words in one language as the values of `TextForm`."""
    words = {name: getattr(text, name) for name in WORDS} if text else {}
    return {"seen": action.version, **words}


def _is_typed(row: Mapping[str, str | None]) -> bool:
    return any((text or "").strip() for text in row.values())


def _whole(text: str) -> int | None:
    digits = _GROUPING.sub("", text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        return None
    return int(digits) or None
