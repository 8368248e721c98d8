"""Who may do what: one table of deeds and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from campaign_actions.accounts.models import Role, User

_EVERYBODY = frozenset(Role)
_TEAM = frozenset({Role.STAFF, Role.ADMIN})
_WRITERS = frozenset({Role.ORGANISER, Role.STAFF})
_NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Rule:
    """Roles that may do a deed to their `own` things and to `any` thing."""

    own: frozenset[Role]
    any: frozenset[Role]
    needs_export_right: bool = False


_WRITING = Rule(own=_EVERYBODY, any=_TEAM)
_TEAM_ONLY = Rule(own=_NOBODY, any=_TEAM)
_ADMIN_ONLY = Rule(own=_NOBODY, any=frozenset({Role.ADMIN}))

DEEDS: Mapping[str, Rule] = MappingProxyType(
    {
        "action.see": _WRITING,
        "action.write": _WRITING,
        "action.publish": _WRITING,
        "action.reword": _TEAM_ONLY,
        "action.figures": _WRITING,
        "article.see": _WRITING,
        "article.write": _WRITING,
        "article.publish": _WRITING,
        "update.write": Rule(own=_WRITERS, any=frozenset({Role.STAFF})),
        "mailing.start": Rule(own=_NOBODY, any=frozenset({Role.STAFF})),
        "comment.moderate": _WRITING,
        "paper.enter": _WRITING,
        "event.see": _WRITING,
        "event.write": _WRITING,
        "event.publish": _WRITING,
        "case.write": _WRITING,
        "case.publish": _WRITING,
        "page.write": _TEAM_ONLY,
        "target.write": Rule(own=_EVERYBODY, any=_EVERYBODY),
        "signature.states": _TEAM_ONLY,
        "signature.review": Rule(own=_NOBODY, any=frozenset({Role.STAFF})),
        "signature.second": _TEAM_ONLY,
        "screening.rules": _TEAM_ONLY,
        "export.list": _TEAM_ONLY,
        "export.make": Rule(own=_NOBODY, any=_TEAM, needs_export_right=True),
        "export.approve": _ADMIN_ONLY,
        "request.answer": Rule(own=_NOBODY, any=frozenset({Role.STAFF})),
        "audit.read": _TEAM_ONLY,
        "user.manage": _ADMIN_ONLY,
        "settings.change": _ADMIN_ONLY,
    }
)


def allows(user: User | None, deed: str, owner_id: UUID | None = None) -> bool:
    """Whether `user` may do `deed`, a key of DEEDS, to a thing that `owner_id` owns (None: nobody).

    False for nobody and for a user who may not log in. Raises KeyError for an unknown deed.
    """
    rule = DEEDS[deed]
    if user is None or not user.active or (rule.needs_export_right and not user.may_export):
        return False
    return user.role in rule.any or (owner_id == user.id and user.role in rule.own)
