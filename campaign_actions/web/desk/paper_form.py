"""Forms of paper sheets: what is entered off a sheet, and what a second person decides about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, Form as PlainForm, FormField, StringField

from campaign_actions.actions.paper import LINES, Code, read_code
from campaign_actions.errors import Refused
from campaign_actions.infra.i18n import _, number
from campaign_actions.signatures import paper
from campaign_actions.signatures.paper import LineTyped, SheetTyped
from campaign_actions.web.forms import SeenField, TokenForm, add_error, label

FULL_ROWS = -(-paper.MAX_LINES // LINES) * LINES


class LineRow(PlainForm):
    """One line of the sheet."""

    name = StringField(label("Name"))
    place = StringField(label("Town or country"))
    show = BooleanField(label("May be shown"))

    @property
    def is_typed(self) -> bool:
        """Whether anything stands in the row."""
        return bool((self.name.data or "").strip() or (self.place.data or "").strip() or self.show.data)


class CountForm(TokenForm):
    """A sheet of which only the number of lines is entered."""

    code = StringField(label("Sheet code"))
    number = StringField(label("Sheet number"))
    place = StringField(label("Where it was collected (optional)"))
    count = StringField(label("Lines filled in"))

    def sheet(self) -> SheetTyped:
        """What was typed, after `validate`. Raises Refused, naming the field, for what cannot be read."""
        return SheetTyped(
            code=self.read_code(), number=self.read_number(), place=self.where, count=self._count()
        )

    def read_code(self) -> Code:
        """The code. Raises Refused when it is none."""
        found = read_code(self.code.data or "")
        if found is None:
            raise Refused(_("Type the code as it is printed on the sheet, like K7Q2M-1-EN."), field="code")
        return found

    def read_number(self) -> int:
        """The number of the sheet, 0 for what is none."""
        return SeenField.read((self.number.data or "").strip()) or 0

    @property
    def where(self) -> str:
        """Where the sheet was collected, as typed."""
        return self.place.data or ""

    def _count(self) -> int:
        return SeenField.read((self.count.data or "").strip()) or 0


class LinesForm(CountForm):
    """A sheet whose lines are typed in: a row for each, in the order of the sheet."""

    lines = FieldList(FormField(LineRow), label("Lines"), min_entries=LINES, max_entries=FULL_ROWS)

    def add_rows(self) -> None:
        """Twelve rows more, as far as there may be more."""
        for _row in range(min(LINES, FULL_ROWS - len(self.lines.entries))):
            self.lines.append_entry()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """As other forms do; each row that is filled in needs a name, and one has to be."""
        valid = super().validate(extra_validators)
        typed = [(line, row.form) for line, row in enumerate(self.lines, 1) if row.form.is_typed]
        if not typed:
            add_error(None, self, _("Type at least one line, or enter the number of lines only."))
        elif len(typed) > paper.MAX_LINES:
            add_error(None, self, _("Enter at most %(most)s lines.", most=number(paper.MAX_LINES)))
        right = [self._is_right(line, row) for line, row in typed]
        return valid and all(right) and 0 < len(typed) <= paper.MAX_LINES

    def sheet(self) -> SheetTyped:
        """What was typed, after `validate`. Raises Refused, naming the field, for what cannot be read."""
        lines = tuple(
            paper.checked_line(_typed(line, row.form))
            for line, row in enumerate(self.lines, 1)
            if row.form.is_typed
        )
        return SheetTyped(code=self.read_code(), number=self.read_number(), place=self.where, lines=lines)

    def _is_right(self, line: int, row: LineRow) -> bool:
        try:
            paper.checked_line(_typed(line, row))
        except Refused as refusal:
            field = row[refusal.field or "name"]
            field.errors = [refusal.sentence]
            # The rows are in no list of errors by themselves.
            add_error(
                None, self, _("Line %(line)s: %(problem)s", line=number(line), problem=refusal.sentence)
            )
            return False
        return True


class CheckForm(TokenForm):
    """What a second person finds: how many lines they count, or why the sheet goes back."""

    seen = SeenField()
    counted = StringField(label("How many lines do you count on the sheet?"))
    reason = StringField(label("What is wrong, if you send it back"))


class RemoveForm(TokenForm):
    """Why a sheet is removed."""

    seen = SeenField()
    reason = StringField(label("Why is it removed?"))


def _typed(line: int, row: LineRow) -> LineTyped:
    return LineTyped(line, row.name.data or "", row.place.data or "", bool(row.show.data))
