"""All tables, loaded in one place for migrations and checks."""

from __future__ import annotations

from campaign_actions import audit
from campaign_actions.accounts import models as accounts
from campaign_actions.actions import models as actions
from campaign_actions.articles import models as articles
from campaign_actions.cases import models as cases
from campaign_actions.editors import models as editors
from campaign_actions.exports import models as exports
from campaign_actions.health import models as health
from campaign_actions.imports import models as imports
from campaign_actions.infra import facts, limits, redirects
from campaign_actions.infra.jobs import models as jobs
from campaign_actions.infra.mail import models as mail
from campaign_actions.infra.search import models as search
from campaign_actions.pictures import models as pictures
from campaign_actions.signatures import (
    mailing_models as mailings,
    models as signatures,
    paper_models as paper,
)

ALL = (
    audit,
    accounts,
    actions,
    articles,
    cases,
    editors,
    exports,
    health,
    imports,
    facts,
    limits,
    redirects,
    jobs,
    mail,
    pictures,
    search,
    signatures,
    paper,
    mailings,
)
