""" "Did you mean": the nearest words of titles and names, by the groups of three letters they share.

Done here and not in the database, so that both engines suggest the same.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from sqlalchemy import Connection, select

from campaign_actions.infra.search import finding, spelling
from campaign_actions.infra.search.models import SearchEntry
from campaign_actions.infra.search.spelling import Asked

# Titles and names of so many of the newest entries are looked through, for so many words.
ENTRIES = 3_000
WORDS = 4
# Below this two words have nothing to do with each other; the same bound as PostgreSQL's pg_trgm.
ALIKE = 0.3
MIN_LETTERS = 3


def did_you_mean(connection: Connection, asked: Asked) -> str:
    """What was typed with its unknown words put right, or "" when that would find nothing either.

    Only for what found nothing; looks at the first 4 unknown words.
    """
    typed = list(spelling.pairs(asked.typed))[: spelling.MAX_WORDS]
    unknown = [key for _word, key in typed if not finding.knows(connection, (key,))]
    if not unknown or len(unknown) > WORDS:
        return ""
    vocabulary = _vocabulary(connection)
    better = {key: _nearest(key, vocabulary) for key in unknown}
    suggested = " ".join(better.get(key, word) for word, key in typed)
    fits = all(better.values()) and finding.knows(connection, spelling.asked(suggested).words)
    return suggested if fits else ""


def _vocabulary(connection: Connection) -> dict[str, Counter[str]]:
    """Folded words, each with the ways in which it is written and how often."""
    rows = connection.execute(
        select(SearchEntry.spoken, SearchEntry.spoken_key).order_by(SearchEntry.id.desc()).limit(ENTRIES)
    )
    found: dict[str, Counter[str]] = {}
    for spoken, keys in rows:
        for word, key in zip(spoken.split(), keys.split(), strict=True):
            found.setdefault(key, Counter())[word] += 1
    return found


def _nearest(key: str, vocabulary: dict[str, Counter[str]]) -> str:
    """The usual way to write the word most like `key`, or ""."""
    wanted = _threes(key)
    best, found = (ALIKE, 0), ""
    for other, ways in sorted(vocabulary.items()):
        if len(other) < MIN_LETTERS:
            continue
        threes = _threes(other)
        alike = len(wanted & threes) / len(wanted | threes)
        if (alike, ways.total()) > best:
            best, found = (alike, ways.total()), ways.most_common(1)[0][0]
    return found


@lru_cache(maxsize=32_768)
def _threes(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))
