"""Hands that use nothing but the keyboard: Tab to a thing, see where one is, press or type.

Visitors whose browser runs no script do everything so, which shows both at once.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from playwright.sync_api import BrowserContext, Locator, Page, expect

MOST_STOPS = 250
THINNEST = 2
# Where the focus is: its name, its box, how its outline is drawn, and whether something lies over it.
FOCUS = """() => {
    const part = document.activeElement;
    const box = part.getBoundingClientRect();
    const drawn = part.matches('input[type=radio], input[type=checkbox]') ? part.closest('label') : part;
    const outlined = [part, drawn].map((one) => getComputedStyle(one));
    const middle = (from, to, size) => (Math.max(from, 0) + Math.min(to, size)) / 2;
    const over = document.elementFromPoint(
        middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    return {
        tag: part.tagName,
        name: part.name || part.innerText.trim(),
        form: Boolean(part.closest('#sign-form')),
        width: Math.max(...outlined.map((one) =>
            one.outlineStyle === 'none' ? 0 : parseFloat(one.outlineWidth))),
        inside: box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= 0 && box.right <= innerWidth,
        covered: !(over && (part.contains(over) || over.contains(part))),
        top: box.top + scrollY,
    };
}"""
IS_FOCUSED = "(part) => part === document.activeElement"

_without_a_mouse: WeakSet[BrowserContext] = WeakSet()


def take_the_mouse_away(context: BrowserContext) -> None:
    """From now on the pages of this visitor are used with the keyboard only."""
    _without_a_mouse.add(context)


def has_a_mouse(page: Page) -> bool:
    """Whether the visitor of this page may click."""
    return page.context not in _without_a_mouse


def tab_to(page: Page, part: Locator) -> None:
    """Press Tab until this part has the focus; one must see it there."""
    expect(part).to_be_visible()
    for _press in range(MOST_STOPS):
        if part.evaluate(IS_FOCUSED):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the Tab key never comes to {part}")
    seen: dict[str, Any] = page.evaluate(FOCUS)
    assert seen["width"] >= THINNEST, f"no outline at {part}: {seen}"
    assert not seen["covered"], f"something lies over {part}: {seen}"


def activate(page: Page, part: Locator) -> None:
    """Press a button, follow a link, open a fold."""
    if has_a_mouse(page):
        part.click()
        return
    tab_to(page, part)
    page.keyboard.press("Enter")


def fill(page: Page, part: Locator, words: str) -> None:
    """Type into a field in place of what it holds."""
    if has_a_mouse(page):
        part.fill(words)
        return
    tab_to(page, part)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(words)


def select(page: Page, part: Locator, value: str) -> None:
    """Choose in a list, by its value or its words."""
    if has_a_mouse(page):
        part.select_option(value)
        return
    tab_to(page, part)
    find = "(list, value) => [...list.options].find((one) => [one.value, one.text].includes(value)).text"
    page.keyboard.type(part.evaluate(find, value))


def check(page: Page, part: Locator) -> None:
    """Choose one of several, or tick a box that is empty."""
    if has_a_mouse(page):
        part.check()
    elif part.get_attribute("type") == "radio":
        _choose(page, part)
    elif not part.is_checked():
        tab_to(page, part)
        page.keyboard.press("Space")
    expect(part).to_be_checked()


def _choose(page: Page, part: Locator) -> None:
    """The arrows move among the choices of one question, once Tab has come to it."""
    name = part.get_attribute("name")
    choices = page.locator(f'form:has([name="{name}"]) [name="{name}"]')
    chosen = page.locator(f'[name="{name}"]:checked')
    tab_to(page, chosen if chosen.count() else choices.first)
    page.keyboard.press("Space")
    for _step in range(choices.count()):
        if part.is_checked():
            return
        page.keyboard.press("ArrowDown")
