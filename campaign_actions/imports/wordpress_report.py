"""What an import from WordPress did, in numbers that add up and in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from campaign_actions.imports.report import Skip
from campaign_actions.infra.i18n import _, ngettext, number

MAX_NOTES = 200


@dataclass
class WordPressReport:
    """`kinds` counts all entries by their kind; `drafts` holds the `pages` too.

    `others` are kinds that are not taken in, `binned` what lay in the bin, `controls` characters that
    XML does not allow.
    """

    controls: int = 0
    origin: str = ""
    fetches: bool = False
    published: int = 0
    drafts: int = 0
    pages: int = 0
    merged: int = 0
    unchanged: int = 0
    binned: int = 0
    comments: int = 0
    redirects: int = 0
    media_new: int = 0
    media_known: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    skipped: list[Skip] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)

    def skip(self, where: str, reason: str) -> None:
        """Note that what stands at `where` was left out."""
        self.skipped.append(Skip(where, reason))

    def note(self, sentence: str) -> None:
        """Note what an organiser should look at again."""
        self.notes.append(sentence)

    def shelve(self, author: str, categories: Iterable[str], tags: Iterable[str]) -> None:
        """Count the names an article stands under, each once."""
        self.authors.update(filter(None, [author]))
        self.categories.update(categories)
        self.tags.update(tags)

    def lines(self) -> list[str]:
        """The report for people: what the file holds, what became of it, what to look at."""
        written = [self._held(), *self._became(), *self._beside()]
        written += [
            _("Skipped: %(where)s: %(reason)s", where=skip.where, reason=skip.reason)
            for skip in self.skipped[:MAX_NOTES]
        ]
        written += [_("Look at: %(note)s", note=note) for note in self.notes[:MAX_NOTES]]
        more = sum(max(0, len(lines) - MAX_NOTES) for lines in (self.skipped, self.notes))
        if more:
            written.append(
                ngettext(
                    "And %(count)s more line like these.",
                    "And %(count)s more lines like these.",
                    more,
                    count=number(more),
                )
            )
        return written

    def _held(self) -> str:
        total = self.kinds.total()
        return ngettext(
            "The file holds %(count)s entry: %(kinds)s.",
            "The file holds %(count)s entries: %(kinds)s.",
            total,
            count=number(total),
            kinds=_listed(self.kinds.most_common()),
        )

    def _became(self) -> list[str]:
        published, drafts = self.published, self.drafts
        return [
            ngettext("%(count)s new article.", "%(count)s new articles.", published, count=number(published)),
            ngettext(
                "%(count)s new draft; %(pages)s of them from pages, in the category Pages.",
                "%(count)s new drafts; %(pages)s of them from pages, in the category Pages.",
                drafts,
                count=number(drafts),
                pages=number(self.pages),
            ),
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

    def _beside(self) -> list[str]:
        media = self.media_new + self.media_known
        written = [
            _(
                "They stand under %(authors)s authors, %(categories)s categories and %(tags)s tags.",
                authors=number(len(self.authors)),
                categories=number(len(self.categories)),
                tags=number(len(self.tags)),
            ),
            _("Old addresses that lead on: %(count)s.", count=number(self.redirects)),
            _(
                "Media: %(count)s, %(new)s of them new in the list.",
                count=number(media),
                new=number(self.media_new),
            )
            if self.fetches
            else _(
                "Media: %(count)s, %(new)s of them new in the list. Nothing was fetched.",
                count=number(media),
                new=number(self.media_new),
            ),
        ]
        if self.comments:
            written.append(_("Comments left out: %(count)s.", count=number(self.comments)))
        if self.binned:
            written.append(_("Left in the bin: %(count)s.", count=number(self.binned)))
        if self.others:
            written.append(_("Left out, not articles: %(kinds)s.", kinds=_listed(self.others.most_common())))
        if self.controls:
            written.append(
                _("Characters that no page can show, read as blanks: %(count)s.", count=number(self.controls))
            )
        return written


def _listed(kinds: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{number(count)} {kind[:40]}" for kind, count in kinds)
