"""The browser of the tests shows pages and reports what they must not do."""

import pytest
from playwright.sync_api import Browser

from tests.support import browser as support
from tests.support.browser import Watch


def test_the_browser_runs_script_and_holds_cyrillic(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>Письмо</h1><script>document.title = 'Хат'</script>")
    assert page.title() == "Хат"
    page.close()


def test_a_browser_that_does_not_start_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(support.SETTING, "/bin/false")
    with pytest.raises(support.NoBrowser, match="Four ways out"):
        support.find()


def test_unexpected_console_lines_and_other_hosts_are_faults() -> None:
    watch = Watch(console=["error: 404", "error: broken"], other_hosts=["asked another host: x"])
    watch.expect("404")
    assert watch.faults() == ["error: broken", "asked another host: x"]
