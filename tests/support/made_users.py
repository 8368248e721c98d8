"""Users, invitations and links of letters for walks over all addresses."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from campaign_actions.accounts import invitations, resetting
from campaign_actions.accounts.models import Role
from campaign_actions.infra.database.engine import writing
from tests.support.factories import a_user
from tests.support.world import World

_numbers = count(1)


def a_colleague(world: World) -> str:
    """The id of a user of nobody's walk."""
    with world.app.app_context():
        return str(a_user(Role.STAFF, name=f"Colleague {next(_numbers)}").id)


def an_invitation(world: World) -> str:
    """The id of an invitation that works."""
    with world.app.app_context():
        admin = a_user(Role.ADMIN)
        with writing():
            email = f"invited{next(_numbers)}@example.org"
            made = invitations.invite(email, Role.STAFF, may_export=False, by=admin)
            return str(made.id)


def invitation_token(world: World) -> str:
    """What stands in the link of an invitation."""
    return invitations.token(UUID(an_invitation(world)), world.settings.secret_keys)


def reset_token(world: World) -> str:
    """What stands in the link for a new password of a user of nobody's walk."""
    with world.app.app_context():
        return resetting.token(a_user(), world.settings.secret_keys)
