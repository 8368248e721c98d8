"""HTML of elsewhere as Markdown: it says the same, and nothing in it does anything."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, strategies as st

from campaign_actions.infra import html_tokens, markdown_from_html, markup


def markdown(html: str, *, breaks: bool = True) -> str:
    return markdown_from_html.convert(html, breaks=breaks).markdown


def shown(html: str, *, breaks: bool = True) -> str:
    return markup.to_html(markdown(html, breaks=breaks), trusted=True)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p>\n\n<p>Two</p>", "One\n\nTwo"),
        ("One\n\nTwo\nThree", "One\n\nTwo\\\nThree"),
        ("<h1>Title</h1>text", "# Title\n\ntext"),
        ("<b>Note:</b>text", "**Note**:text"),
        ("a <em> b </em> c", "a *b* c"),
        ("<b>one</b><strong>two</strong>", "**onetwo**"),
        ("<b></b>x<i> </i>y", "x y"),
        ('<a href="https://e.org/a_(b)">an <i>email</i></a>', "[an *email*](https://e.org/a_%28b%29)"),
        ('<a href="//e.org/">x</a>', "[x](https://e.org/)"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="data:text/html,x">x</a>', "x"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n\n- b\n\n  - c"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<blockquote>a<p>b</p></blockquote>c", "> a\n>\n> b\n\nc"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("a<hr />b", "a\n\n---\n\nb"),
        ("<table><tr><th>A</th><td>B|C</td></tr><tr><td>1</td></tr></table>",
         "| A | B\\|C |\n| --- | --- |\n| 1 |  |"),
        ('<img src="https://e.org/a.jpg" alt="A cat">', "![A cat](https://e.org/a.jpg)"),
        ('<img src="https://e.org/a.jpg">', ""),
        ('<figure><img src="/a.jpg" alt="A"><figcaption>Seen</figcaption></figure>', "![A](/a.jpg)\n\nSeen"),
        ('[gallery ids="1,2"]', '\\[gallery ids="1,2"\\]'),
        ('a:1:{s:3:"php";O:8:"stdClass":0:{}}', 'a:1:{s:3:"php";O:8:"stdClass":0:{}}'),
        ("<!-- wp:paragraph --><p>x<!--more--></p>", "x"),
        ("&amp;copy; &#169; &#99999999999; &#0;", "\\&copy; © \ufffd \ufffd"),
        ("1. one\n# two\n- three", "1\\. one\\\n\\# two\\\n\\- three"),
    ],
)  # fmt: skip
def test_html_as_markdown(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_in_block_content_a_line_end_is_a_blank() -> None:
    assert markdown("<p>One\ntwo</p>", breaks=False) == "One two"


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT src=//evil.example></SCRIPT >",
        "<iframe src='https://evil.example'></iframe>",
        "<style>*{display:none}</style>",
        "<form action='https://evil.example'><input name=password></form>",
        "<svg onload=alert(1)><script>alert(2)</script></svg>",
        "<object data=x>evil</object>",
        "<math><mtext>evil</mtext></math>",
        "<script>alert(1)",
    ],
)
def test_what_does_something_is_left_out_and_named(html: str) -> None:
    written = markdown_from_html.convert(f"before {html}", breaks=True)
    assert "evil" not in written.markdown
    assert "alert" not in written.markdown
    assert written.markdown.startswith("before")
    assert len(written.left_out) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<p onclick="alert(1)" style="color:red">x</p>',
        "<img src=x onerror=alert(1) alt=x>",
        '<a href="jav&#x09;ascript:alert(1)">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
        "&lt;script&gt;x&lt;/script&gt;",
        "<<script>x</script>x",
    ],
)
def test_no_handler_scheme_or_script_survives(html: str) -> None:
    tags = re.findall(r"<[^>]*>", shown(html))
    assert [tag for tag in tags if re.search(r"on\w+=|style|script|<<", tag)] == []


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="<&\r\n\0", exclude_categories=("Cc", "Zs", "Zl", "Zp")),
    min_size=1,
)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_text_stays_the_text_whatever_markdown_would_make_of_it(words: list[str]) -> None:
    text = " ".join(words)
    expected = " ".join(html_tokens.unescaped(text).split())
    # An address that stands in the text becomes a link, and still reads the same.
    assert " ".join(markup.to_text(shown(text)).split()) == expected


PIECES = st.sampled_from((
    "<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<blockquote>", "</blockquote>",
    "<table>", "<tr>", "<td>", "</table>", "<pre>", "</pre>", "<h2>", "</h2>", "<br>",
    '<a href="http://e.org">', "</a>", "<script>", "</script>", "<!--", "-->",
    "<img alt='x' src='http://e.org/x'>", "word", " ", "\n", "\n\n", "*", "_", "`", "[", "](", "&amp;",
    "<", ">", '"', "|", "# ", "1. ",
))  # fmt: skip


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_any_heap_of_tags_is_read_and_gives_clean_html(pieces: list[str], breaks: bool) -> None:
    html = shown("".join(pieces), breaks=breaks)
    assert markup.clean(html, trusted=True) == html


HOSTILE = {
    "deep stress": "<b>" * 130_000,
    "deep blocks": "<div>" * 80_000,
    "deep lists": "<ul><li>" * 50_000,
    "deep quotes": "<blockquote>x" * 30_000,
    "open quote": '<a "' * 100_000,
    "open value": '<a b="<' * 60_000,
    "open comment": "<!--" * 100_000,
    "open script": "<script>" * 50_000,
    "angles": "<" * 400_000,
    "stars": "*" * 400_000,
    "brackets": "[" * 400_000,
    "ampersands": "&" * 400_000,
    "crossed": "<b><i>x</b></i> " * 10_000,
    "links": "<a href=http://x>x" * 20_000,
    "tables": "<table><tr><td>x" * 25_000,
    "long number": "&#" + "9" * 400_000 + ";",
    "blanks": "\n " * 200_000 + "x",
    "captions": "[caption]" * 40_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_costs_no_more_than_its_length(name: str) -> None:
    begun = time.process_time()
    markdown(HOSTILE[name])
    assert time.process_time() - begun < 5
