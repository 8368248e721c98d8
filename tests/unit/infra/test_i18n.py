"""Words, dates and countries in three languages."""

from datetime import UTC, date, datetime

import pytest

from campaign_actions.infra import i18n
from campaign_actions.infra.i18n import _, lazy, ngettext, using_locale

DAY = date(2026, 11, 22)
EVENING = datetime(2026, 12, 16, 18, 0, tzinfo=UTC)


def test_english_is_spoken_outside_any_block() -> None:
    assert i18n.current_locale() == "en"


def test_a_block_speaks_its_language_and_gives_back_the_one_before() -> None:
    with using_locale("ru"):
        with using_locale("kk"):
            assert i18n.current_locale() == "kk"
        assert i18n.current_locale() == "ru"
    assert i18n.current_locale() == "en"


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="xx"), using_locale("xx"):
        pass


def test_a_sentence_without_gaps_keeps_its_per_cent_signs() -> None:
    assert _("100 % sealed") == "100 % sealed"


def test_named_gaps_are_filled() -> None:
    assert _("Closed on %(day)s", day="Monday") == "Closed on Monday"


def test_the_empty_text_is_not_the_head_of_a_catalogue() -> None:
    with using_locale("ru"):
        assert _("") == ""


def test_the_number_chooses_the_form() -> None:
    forms = ("%(count)s unheard of thing.", "%(count)s unheard of things.")
    assert ngettext(*forms, 1, count=1) == "1 unheard of thing."
    assert ngettext(*forms, 2, count=i18n.number(2000)) == "2,000 unheard of things."


def test_a_lazy_text_is_the_same_in_a_table_and_on_a_page() -> None:
    assert str(lazy("An unheard of state")) == "An unheard of state"
    assert _(lazy("An unheard of state")) == "An unheard of state"
    assert {lazy("a"): 1}[lazy("a")] == 1


@pytest.mark.parametrize(("code", "written"), [("en", "4,186"), ("ru", "4\xa0186"), ("kk", "4\xa0186")])
def test_numbers_are_grouped_by_language(code: str, written: str) -> None:
    with using_locale(code):
        assert i18n.number(4186) == written


@pytest.mark.parametrize(
    ("code", "written"),
    [("en", "22 November 2026"), ("ru", "22 ноября 2026 года"), ("kk", "2026 жылғы 22 қараша")],
)
def test_days_are_written_in_full(code: str, written: str) -> None:
    with using_locale(code):
        assert i18n.day(DAY) == written


def test_short_days_and_months() -> None:
    assert i18n.short_day(DAY) == "22 Nov 2026"
    assert i18n.month_name(2026, 11) == "November 2026"
    assert i18n.short_month(2026, 11) == "Nov 2026"
    with using_locale("ru"):
        assert i18n.month_name(2026, 11) == "ноябрь 2026"
    with using_locale("kk"):
        assert i18n.month_name(2026, 11) == "2026 жылғы қараша"


def test_a_moment_is_told_in_its_own_zone_and_says_whose_time_it_is() -> None:
    assert i18n.moment(EVENING, "Europe/London") == "Wednesday 16 December 2026, 18:00, London time"
    assert i18n.moment(EVENING, "Asia/Almaty") == "Wednesday 16 December 2026, 23:00, Astana time"
    assert i18n.clock_time(EVENING, "Europe/Berlin") == "19:00"
    assert i18n.zone_words("UTC") == "UTC"


def test_the_same_hour_stays_the_same_over_a_clock_change() -> None:
    before = datetime(2026, 10, 24, 17, 0, tzinfo=UTC)
    after = datetime(2026, 10, 25, 18, 0, tzinfo=UTC)
    assert i18n.clock_time(before, "Europe/London") == i18n.clock_time(after, "Europe/London") == "18:00"


def test_countries_are_countries_and_not_groups_of_them() -> None:
    codes = {code for code, _name in i18n.countries()}
    assert {"KZ", "GB", "DE", "AX"} <= codes
    assert not codes & {"EU", "EZ", "UN", "QO", "ZZ", "001"}
    assert 245 <= len(codes) <= 252


def test_country_names_follow_the_language() -> None:
    assert i18n.country_name("kz") == "Kazakhstan"
    assert i18n.country_name("QQ") == "QQ"
    with using_locale("ru"):
        assert i18n.country_name("KZ") == "Казахстан"


def test_countries_sort_by_the_alphabet_of_the_language() -> None:
    english = [name for _code, name in i18n.countries()]
    assert english.index("Åland Islands") < english.index("Albania")
    words = ["Ямайка", "Ұлыбритания", "Әзербайжан", "Беларусь", "Австрия"]
    assert sorted(words, key=lambda word: i18n.sorting_key(word, "kk")) == [
        "Австрия",
        "Әзербайжан",
        "Беларусь",
        "Ұлыбритания",
        "Ямайка",
    ]
