"""What an import did, in numbers and in plain words."""

from dataclasses import dataclass, field

from campaign_actions.infra.i18n import _, ngettext, number


@dataclass(frozen=True)
class Skip:
    """Something that was left out: where it stands ("news.txt, line 7") and why, in a sentence."""

    where: str
    reason: str


@dataclass
class Report:
    """Counts of articles, each counted once.

    `merged` were known and gained something, `unchanged` were known as they are. `guesses` are
    sentences about what an organiser should look at again.
    """

    new: int = 0
    merged: int = 0
    unchanged: int = 0
    skipped: list[Skip] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)

    def skip(self, where: str, reason: str) -> None:
        """Note that what stands at `where` was left out."""
        self.skipped.append(Skip(where, reason))

    def guess(self, sentence: str) -> None:
        """Note a guess once, however often it was made."""
        if sentence not in self.guesses:
            self.guesses.append(sentence)

    def lines(self) -> list[str]:
        """The report for people: four numbers, then each thing skipped and each guess."""
        written = [
            ngettext("%(count)s new article.", "%(count)s new articles.", self.new, count=number(self.new)),
            ngettext(
                "%(count)s article was known and gained something.",
                "%(count)s articles were known and gained something.",
                self.merged,
                count=number(self.merged),
            ),
            ngettext(
                "%(count)s article was known already.",
                "%(count)s articles were known already.",
                self.unchanged,
                count=number(self.unchanged),
            ),
            ngettext(
                "%(count)s skipped.", "%(count)s skipped.", len(self.skipped), count=number(len(self.skipped))
            ),
        ]
        written += [
            _("Skipped: %(where)s: %(reason)s", where=skip.where, reason=skip.reason) for skip in self.skipped
        ]
        written += [_("Guessed: %(guess)s", guess=guess) for guess in self.guesses]
        return written
