"""The one cleaner: Markdown to safe HTML, HTML to plain text."""

import html as entities
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from campaign_actions.infra import picture_marks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

EXCERPT_WORDS = 55

_BLOCKS = frozenset(("blockquote", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"))
_LINES = frozenset(("br", "li", "tr"))
_TAGS = _BLOCKS | _LINES | {"a", "code", "em", "strong", "tbody", "td", "th", "thead"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# A picture has no address here: only its name, for whoever shows the page.
_PICTURED = {**_ATTRIBUTES, "img": {"alt"}}
_SCHEMES = {"http", "https", "mailto"}

# Bounded and anchored, so that no text costs more than a few looks at each of its characters.
_BARE_ADDRESS = re.compile(
    r"(?<![\w@./])(?:"
    r"(?P<web>https?://[^\s<>\"«»“”]{1,2000})"
    r"|(?P<www>www\.[^\s<>\"«»“”]{1,2000})"
    r"|(?P<mail>[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@])"
    r")",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:\"[^\"<>]*\"|[^\"<>])*>")
_MANY_BREAKS = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[^\S\n]+")
_BLANKS_AT_BREAK = re.compile(r" ?\n ?")


def to_html(markdown: str, *, trusted: bool = False, pictures: bool = False) -> str:
    """CommonMark with tables as HTML that is safe to show, headings starting at h2.

    HTML in it shows as text; bare web and e-mail addresses become links. Links of an untrusted
    writer carry `nofollow ugc`. With `pictures` those of ours leave a mark that `picture_marks` reads.
    Cost grows with the length; 5 MB is the callers' limit.
    """
    found = _reader().render(markdown.replace("\0", "\ufffd"), {picture_marks.WANTED: pictures})
    return clean(found, trusted=trusted, pictures=pictures)


def clean(html: str, *, trusted: bool = False, pictures: bool = False) -> str:
    """HTML of any origin, kept to paragraphs, headings, lists, quotes, tables, code and links.

    Scripts and styles go with their content, other foreign tags leave theirs behind. Links keep
    http, https, mailto and addresses on this site. With `pictures` the marks of pictures stay.
    """
    import nh3

    return nh3.clean(
        html,
        tags={*_TAGS, "img"} if pictures else set(_TAGS),
        attributes=_PICTURED if pictures else _ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener" if trusted else "noopener nofollow ugc",
    )


def to_text(html: str) -> str:
    """Cleaned HTML as plain text: a blank line between blocks, "- " before the points of a list."""
    pieces: list[str] = []
    end = 0
    kept_lines = False
    for tag in _TAG.finditer(html):
        between = html[end : tag.start()]
        pieces.append(between if kept_lines else between.replace("\n", " "))
        pieces.append(_break_for(tag[2], closing=bool(tag[1])))
        kept_lines = not tag[1] if tag[2] == "pre" else kept_lines
        end = tag.end()
    pieces.append(html[end:].replace("\n", " "))
    text = _BLANKS.sub(" ", entities.unescape("".join(pieces)))
    return _MANY_BREAKS.sub("\n\n", _BLANKS_AT_BREAK.sub("\n", text)).strip()


def trusted(html: str) -> Markup:
    """HTML that was cleaned by an allow-list when it was saved; nothing else may pass through here."""
    return Markup(html)  # noqa: S704 - the one audited place; callers pass only cleaned columns


def excerpt(text: str, words: int = EXCERPT_WORDS) -> str:
    """The first words of a plain text on one line; a no-break space and "…" end it if some are left out."""
    found = text.split(maxsplit=words)
    if len(found) <= words:
        return " ".join(found)
    return " ".join(found[:words]).rstrip(",;:–—- ") + "\u00a0…"


def collapse(text: str) -> str:
    """The text on one line: each run of blanks, no-break spaces and line ends as one space."""
    return " ".join(text.split())


def _break_for(tag: str, *, closing: bool) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    if tag in _LINES:
        if closing:
            return ""
        return "\n- " if tag == "li" else "\n"
    return " " if tag in ("td", "th") and closing else ""


@lru_cache(maxsize=1)
def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    reader.core.ruler.push("headings_from_h2", _lower_headings)
    reader.core.ruler.push("bare_addresses", _link_bare_addresses)
    reader.core.ruler.push("pictures_apart", picture_marks.set_apart)
    reader.add_render_rule("image", _picture_in_words)
    reader.add_render_rule(picture_marks.KIND, _picture_mark)
    return reader


def _lower_headings(state: "StateCore") -> None:
    """h2 for the highest heading used, and none more than one below the heading before it."""
    opened = [token for token in state.tokens if token.type == "heading_open"]
    if not opened:
        return
    highest = min(int(token.tag[1]) for token in opened)
    level = 1
    for token in state.tokens:
        if token.type == "heading_open":
            level = min(int(token.tag[1]) - highest + 2, level + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"


def _link_bare_addresses(state: "StateCore") -> None:
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        children: list[Token] = []
        inside_link = 0
        for token in block.children:
            inside_link += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "text" and not inside_link:
                children.extend(_with_links(token))
            else:
                children.append(token)
        block.children = children


def _with_links(token: "Token") -> Iterator["Token"]:
    end = 0
    for found in _BARE_ADDRESS.finditer(token.content):
        shown = found[0] if found["mail"] else _without_full_stop(found[0])
        start = found.start()
        if start > end:
            yield _text_token(token.content[end:start])
        yield from _link_tokens(shown, _href(found.lastgroup or "web", shown))
        end = start + len(shown)
    if end < len(token.content):
        yield _text_token(token.content[end:])


def _href(kind: str, shown: str) -> str:
    from markdown_it.common.normalize_url import normalizeLink

    return normalizeLink({"mail": "mailto:", "www": "https://"}.get(kind, "") + shown)


def _without_full_stop(address: str) -> str:
    """Without the punctuation of the sentence around it; a bracket stays if it was opened inside."""
    while address[-1] in ".,;:!?…'’*_" or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address


def _text_token(text: str) -> "Token":
    from markdown_it.token import Token

    return Token("text", "", 0, content=text)


def _link_tokens(shown: str, href: str) -> tuple["Token", "Token", "Token"]:
    from markdown_it.token import Token

    opening = Token("link_open", "a", 1, attrs={"href": href})
    return opening, _text_token(shown), Token("link_close", "a", -1)


def _picture_in_words(
    renderer: "RendererHTML", tokens: Sequence["Token"], index: int, options: "OptionsDict", env: "EnvType"
) -> str:
    """A picture's description in its place: nothing on a page is fetched from elsewhere."""
    return entities.escape(renderer.renderInlineAsText(tokens[index].children or [], options, env))


def _picture_mark(
    _renderer: "RendererHTML", tokens: Sequence["Token"], index: int, _options: "OptionsDict", _env: "EnvType"
) -> str:
    return picture_marks.mark(tokens[index].content)
