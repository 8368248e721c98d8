"""The page checker: what every HTML page of the site must be, error pages included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

HTML = "{http://www.w3.org/1999/xhtml}"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NAMING = ("aria-describedby", "aria-labelledby", "aria-controls", "headers", "form", "list")
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action", "source": "src"}
SHARING = frozenset({"t.me", "wa.me"})
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


@dataclass(frozen=True)
class Page:
    """A page as parsed. `faults` is what its syntax got wrong."""

    address: str
    root: Element
    faults: tuple[str, ...] = field(default=())

    def all(self, *names: str) -> Iterator[Element]:
        """Elements of these names, in the order of the page; all without names."""
        wanted = {HTML + name for name in names}
        return (
            part
            for part in self.root.iter()
            if isinstance(part.tag, str) and (part.tag in wanted or not names)
        )

    @property
    def title(self) -> str:
        """What the window is called."""
        return next((text_of(part) for part in self.all("title")), "")

    @property
    def ids(self) -> set[str]:
        """Places a link can lead to."""
        return {part.get("id", "") for part in self.all()} - {""}

    def links(self) -> Iterator[tuple[str, str, Element]]:
        """Every (element name, whole address, element) that leads somewhere."""
        for name, attribute in LINKS.items():
            for part in self.all(name):
                written = part.get(attribute)
                if written is not None:
                    yield name, urljoin(self.address, written), part


def parse(text: str, address: str = "http://localhost/") -> Page:
    """Parse a whole page; its faults are those of the HTML syntax."""
    parser = HTMLParser()
    root = parser.parse(text)
    faults = tuple(f"syntax: {code} {data or ''} at {place}" for place, code, data in parser.errors)
    return Page(address, root, faults)


def faults_of(
    text: str, *, site: str, address: str = "http://localhost/", failed: bool = False, plain: bool = False
) -> list[str]:
    """Everything wrong with a page, nothing for a good one.

    `failed` when it shows the errors of a form; `plain` for a file that is shown when nothing
    works, so that it knows neither menu nor the name of the `site`.
    """
    page = parse(text, address)
    return [
        *page.faults,
        *_frame(page, site, failed=failed, plain=plain),
        *_headings(page),
        *_ids(page),
        *_labels(page),
        *_forms(page),
        *_inline(page),
        *_outside(page),
    ]


def text_of(part: Element) -> str:
    """All words inside an element, single spaces between them."""
    return " ".join("".join(part.itertext()).split())


def _frame(page: Page, site: str, *, failed: bool, plain: bool) -> Iterator[str]:
    if not page.root.get("lang"):
        yield "the page does not say its language"
    title = page.title
    thing = title.removesuffix(f" – {site}")
    if (thing == title and not plain) or not thing.strip(" –:"):
        yield f"the title is {title!r}"
    if title.startswith("Error: ") != failed:
        yield f"the title of a page that {'failed' if failed else 'did not fail'} is {title!r}"
    if len(list(page.all("main"))) != 1:
        yield "there is not one main part"
    first = next(page.all("a"), None)
    is_framed = "/embed/" in urlsplit(page.address).path and not page.address.endswith("/embed/")
    if not (plain or is_framed) and (first is None or not (first.get("href") or "").startswith("#")):
        yield "the first link does not skip to the main part"
    for part in page.all():
        if part.get("lang") == "":
            yield "an empty lang"


def _headings(page: Page) -> Iterator[str]:
    levels = [int(str(part.tag)[-1]) for part in page.all(*HEADINGS)]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1"
    for before, after in zip([0, *levels], levels, strict=False):
        if after > before + 1:
            yield f"h{after} follows h{before}"
    for part in page.all(*HEADINGS):
        if not text_of(part):
            yield "an empty heading"


def _ids(page: Page) -> Iterator[str]:
    counted = Counter(part.get("id") for part in page.all() if part.get("id") is not None)
    for name, count in counted.items():
        if count > 1 or not name or " " in name:
            yield f"the id {name!r} stands {count} times"
    for part in page.all():
        for attribute in NAMING:
            for name in (part.get(attribute) or "").split():
                if name not in counted:
                    yield f"{attribute} names {name!r}, which is not there"
        if part.get("aria-describedby") == "":
            yield "an empty aria-describedby"
    for part in page.all("a"):
        href = part.get("href") or ""
        if href.startswith("#") and href[1:] not in counted:
            yield f"a link leads to {href}, which is not there"


def _labels(page: Page) -> Iterator[str]:
    counted = {part.get("for") for part in page.all("label")}
    fields = {part.get("id") for part in page.all("input", "select", "textarea")}
    for name in counted - {None} - fields:
        yield f"a label is for {name!r}, which is no field"
    wrapped = {id(inner) for label in page.all("label") for inner in label.iter()}
    for part in page.all("input", "select", "textarea"):
        unseen = part.get("type") in UNLABELLED or part.get("hidden") is not None
        named = part.get("id") in counted or id(part) in wrapped or part.get("aria-label")
        if not unseen and not named:
            yield f"the field {part.get('name')!r} has no label"
    for part in page.all("button", "a"):
        if not text_of(part) and not part.get("aria-label"):
            yield f"a {str(part.tag).removeprefix(HTML)} without words"
    for part in page.all("fieldset"):
        if next(iter(part), None) is None or part[0].tag != f"{HTML}legend":
            yield "a fieldset without a legend"
    for part in page.all("table"):
        if not any(inner.tag == f"{HTML}caption" for inner in part):
            yield "a table without a caption"


def _forms(page: Page) -> Iterator[str]:
    for part in page.all("form"):
        if not part.get("action"):
            yield "a form does not name its action"
        if part.get("method") not in ("get", "post"):
            yield "a form does not name its method"
    for part in page.all("button"):
        if part.get("type") not in ("submit", "button"):
            yield "a button does not name its type"
    for part in page.all("img"):
        if part.get("alt") is None:
            yield "a picture without alt"


def _inline(page: Page) -> Iterator[str]:
    for part in page.all():
        for name in part.attrib:
            if name == "style" or name.startswith("on"):
                yield f"an inline {name}"
    for part in page.all("style", "base", "object", "embed"):
        yield f"an element {str(part.tag).removeprefix(HTML)}"
    for part in page.all("iframe"):
        if "allow-scripts" in part.get("sandbox", "allow-scripts") or not part.get("title"):
            yield "a frame without a sandbox or a title"
    for part in page.all("script"):
        is_data = part.get("type") == "application/ld+json"
        if not is_data and (not part.get("src") or text_of(part)):
            yield "a script without an address"


def _outside(page: Page) -> Iterator[str]:
    for name, whole, part in page.links():
        parts = urlsplit(whole)
        if parts.netloc == urlsplit(page.address).netloc and parts.scheme in ("http", "https"):
            continue
        if name != "a":
            yield f"a {name} loads {whole}"
        elif parts.scheme not in ("http", "https", "mailto"):
            yield f"a link of the kind {parts.scheme}:"
        elif parts.scheme != "mailto":
            missing = {"noopener", "noreferrer"} if parts.netloc in SHARING else {"noopener"}
            missing -= set((part.get("rel") or "").split())
            if missing:
                yield f"a link to {parts.netloc} without {' and '.join(sorted(missing))}"
