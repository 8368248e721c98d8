"""Drafts from articles, saving, targets, publishing and outcomes, below the pages."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from campaign_actions import audit
from campaign_actions.actions import drafting, outcomes, publishing, queries, targets
from campaign_actions.actions.drafting import Typed
from campaign_actions.actions.goals import GoalView
from campaign_actions.actions.models import ActionState, Kind, Level, Outcome
from campaign_actions.actions.outcomes import Result
from campaign_actions.actions.queries import ActionPage
from campaign_actions.actions.wording import Words
from campaign_actions.errors import NotAllowed, Refused
from campaign_actions.infra import clock as our_clock
from campaign_actions.infra.database.engine import session, writing
from tests.support.factories import a_user, an_action

FULL = Typed(
    kind=Kind.PETITION,
    words=Words(title="Release Arman Tolegen", ask="Ask for him.", letter="Dear sir."),
    targets=("the Prosecutor General", "the Ombudsman"),
    copies=("the Embassy",),
    goals=(GoalView(1000, "We hand it in"),),
    closes="2026-12-10 23:59",
    zone="Asia/Almaty",
)


def a_draft(typed: Typed = FULL) -> UUID:
    with writing():
        action_id = drafting.draft(typed.kind, typed.words, zone="UTC", by=None).id
    with writing():
        drafting.save(action_id, typed, by=None, seen_version=1)
    return action_id


def now(action_id: UUID) -> ActionPage:
    session.rollback()
    page = queries.by_id(action_id)
    assert page is not None
    return page


@given(st.text(max_size=200), st.integers(10, 200))
def test_a_cut_text_is_short_enough_and_a_beginning(text: str, most: int) -> None:
    short = drafting.cut(text, most)
    assert len(short) <= most
    assert " ".join(text.split()).startswith(short)


def test_a_text_is_cut_between_words_without_a_dangling_mark() -> None:
    assert drafting.cut("Free them, now and for good", 11) == "Free them"
    assert drafting.cut("Free them now", 13) == "Free them now"
    assert drafting.cut("The union was told to [...]", 60) == "The union was told to"
    assert drafting.cut("Unverschämtheitsgesetz", 10) == "Unverschäm"


@pytest.mark.usefixtures("clock", "database")
class TestSaving:
    """An action's draft and what is kept of it."""

    def test_everything_typed_is_kept_in_order(self) -> None:
        page = now(a_draft())
        assert page.targets == ("the Prosecutor General", "the Ombudsman")
        assert page.copies == ("the Embassy",)
        assert page.target_words == "the Prosecutor General and the Ombudsman"
        assert page.card.goals == (GoalView(1000, "We hand it in"),)
        assert page.delete_on.isoformat() == "2027-06-10"
        assert page.card.slug == "release-arman-tolegen"

    def test_the_address_follows_the_title_until_it_is_published(self) -> None:
        action_id = a_draft()
        words = Words(title="Free Arman Tolegen", ask="Ask.", letter="Dear sir.")
        with writing():
            drafting.save(action_id, replace(FULL, words=words), by=None, seen_version=2)
        assert now(action_id).card.slug == "free-arman-tolegen"
        with writing():
            publishing.publish(action_id, by=None)
        with writing():
            drafting.save(action_id, FULL, by=None, seen_version=4)
        assert now(action_id).card.slug == "free-arman-tolegen"

    def test_the_address_follows_a_number_in_the_title(self) -> None:
        action_id = a_draft(replace(FULL, words=Words(title="Freedom 2026")))
        assert now(action_id).card.slug == "freedom-2026"
        with writing():
            words = Words(title="Freedom 2027")
            drafting.save(action_id, replace(FULL, words=words), by=None, seen_version=2)
        assert now(action_id).card.slug == "freedom-2027"

    def test_the_address_book_keeps_each_target_once(self) -> None:
        a_draft()
        a_draft()
        names = [target.name for target in targets.listed()]
        assert names == ["the Embassy", "the Ombudsman", "the Prosecutor General"]

    def test_at_risk_presets_the_team_alone_and_shortens_the_time(self) -> None:
        action_id = a_draft(replace(FULL, at_risk=True, preset_level=Level.TARGET))
        page = now(action_id)
        assert page.preset_level is Level.TEAM
        assert page.delete_on.isoformat() == "2027-01-09"

    def test_everyone_is_never_preset(self) -> None:
        assert now(a_draft(replace(FULL, preset_level=Level.EVERYONE))).preset_level is Level.TEAM
        assert now(a_draft(replace(FULL, preset_level=Level.TARGET))).preset_level is Level.TARGET

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"goals": (GoalView(0, ""),)}, "goals"),
            ({"goals": (GoalView(5, ""), GoalView(5, ""))}, "goals"),
            ({"goals": (GoalView(5, "x" * 201),)}, "goals"),
            ({"delivery_plan": "x" * 501}, "delivery_plan"),
            ({"targets": ("x" * 161,)}, "targets"),
            ({"copies": ("x" * 161,)}, "copies"),
            ({"targets": tuple(f"Target {n}" for n in range(13))}, "targets"),
            ({"zone": "Nowhere"}, "zone"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_at_its_field(
        self, changes: dict[str, object], field: str
    ) -> None:
        action_id = a_draft()
        with pytest.raises(Refused) as refusal, writing():
            drafting.save(action_id, replace(FULL, **changes), by=None, seen_version=2)
        assert refusal.value.field == field
        assert now(action_id).card.goals == FULL.goals

    def test_an_open_action_keeps_a_closing_day_to_come(self) -> None:
        action_id = a_draft()
        with writing():
            publishing.publish(action_id, by=None)
        for closes in ("", "2026-11-01 12:00"):
            with pytest.raises(Refused) as refusal, writing():
                drafting.save(action_id, replace(FULL, closes=closes), by=None, seen_version=3)
            assert refusal.value.field == "closes"

    def test_successors_do_not_lead_in_a_circle(self) -> None:
        first, second = a_draft(), a_draft()
        with writing():
            drafting.save(first, replace(FULL, successor_id=second), by=None, seen_version=2)
        with pytest.raises(Refused) as refusal, writing():
            drafting.save(second, replace(FULL, successor_id=first), by=None, seen_version=2)
        assert refusal.value.field == "successor"

    def test_another_organiser_may_neither_save_nor_publish(self) -> None:
        action_id, other = a_draft(), a_user()
        with pytest.raises(NotAllowed), writing():
            drafting.save(action_id, FULL, by=other, seen_version=2)
        with pytest.raises(NotAllowed), writing():
            publishing.publish(action_id, by=other)


@pytest.mark.usefixtures("clock", "database")
class TestPublishing:
    """The check list and the one step."""

    def test_a_complete_draft_is_opened_once_and_written_down(self) -> None:
        action_id = a_draft()
        with writing():
            publishing.publish(action_id, by=None)
        card = now(action_id).card
        assert card.state is ActionState.OPEN
        assert card.published_at == our_clock.now()
        deeds = session.scalars(select(audit.Entry.deed).where(audit.Entry.thing_id == str(action_id)))
        assert sorted(deeds) == ["action.draft", "action.publish", "action.save"]
        with pytest.raises(Refused, match="published already"), writing():
            publishing.publish(action_id, by=None)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"targets": (), "copies": ()}, "targets"),
            ({"goals": ()}, "goals"),
            ({"closes": ""}, "closes"),
            ({"closes": "2026-11-22 11:00", "zone": "UTC"}, "closes"),
            ({"words": Words(title="Release Arman", letter="Dear sir.")}, "ask"),
            ({"words": Words(title="Release Arman", ask="Ask.")}, "letter"),
        ],
    )
    def test_each_missing_thing_is_named_with_its_field(self, changes: dict[str, object], field: str) -> None:
        action_id = a_draft(replace(FULL, **changes))
        assert [gap.field for gap in publishing.missing(now(action_id))] == [field]
        with pytest.raises(Refused, match="This is missing"), writing():
            publishing.publish(action_id, by=None)
        assert now(action_id).card.state is ActionState.DRAFT

    def test_a_protest_needs_neither_letter_nor_target_nor_goal(self) -> None:
        words = Words(title="Stand with Arman", ask="Come along.")
        closes = FULL.closes
        action_id = a_draft(Typed(kind=Kind.PROTEST, words=words, closes=closes, zone="Asia/Almaty"))
        with writing():
            publishing.publish(action_id, by=None)
        assert now(action_id).card.is_open


@pytest.mark.usefixtures("clock", "database")
class TestOutcomes:
    """What came of it."""

    RESULT = Result(
        outcome=Outcome.WON, on=date(2026, 11, 22), text="Arman Tolegen is free.", source="His lawyer"
    )

    def record(self, action_id: UUID, result: Result, seen: int = 1) -> None:
        with writing():
            outcomes.record(action_id, result, by=None, seen_version=seen)

    def test_a_win_ends_signing_and_stands_on_the_card(self) -> None:
        action_id = an_action().card.id
        self.record(action_id, self.RESULT)
        card = now(action_id).card
        assert (card.outcome, card.outcome_text) == (Outcome.WON, "Arman Tolegen is free.")
        assert card.outcome_on == date(2026, 11, 22)
        assert not card.is_open

    def test_not_won_goes_on(self) -> None:
        action_id = an_action().card.id
        self.record(action_id, replace(self.RESULT, outcome=Outcome.NOT_WON))
        assert now(action_id).card.is_open

    @pytest.mark.parametrize("field", ["text", "source"])
    def test_words_and_source_are_needed(self, field: str) -> None:
        action_id = an_action().card.id
        with pytest.raises(Refused) as refusal:
            self.record(action_id, replace(self.RESULT, **{field: " "}))
        assert refusal.value.field == field

    def test_a_day_to_come_is_refused(self) -> None:
        action_id = an_action().card.id
        with pytest.raises(Refused) as refusal:
            self.record(action_id, replace(self.RESULT, on=date(2026, 11, 24)))
        assert refusal.value.field == "on"

    def test_a_draft_has_no_outcome(self) -> None:
        action_id = an_action(state=ActionState.DRAFT).card.id
        with pytest.raises(Refused, match="Only a published action"):
            self.record(action_id, self.RESULT)
