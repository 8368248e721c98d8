"""The table of confirm rates: numbers by day and common mail provider, of no action and no person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from campaign_actions.infra.database.engine import Model


class ProviderDay(Model, kw_only=True):
    """How many signed on a day with addresses of one common provider, and how many of them confirmed.

    `provider` is a mail domain that everybody knows, or "other". A day with few is not kept at all.
    """

    __tablename__ = "provider_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(64), primary_key=True)
    signed: Mapped[int]
    confirmed: Mapped[int]
