"""What people write becomes safe HTML, and plain text again."""

import re
import time

import pytest
from hypothesis import given, strategies as st

from campaign_actions.infra import markup
from campaign_actions.infra.markup import clean, collapse, excerpt, to_html, to_text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("One *two* **three**", "<p>One <em>two</em> <strong>three</strong></p>\n"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        (
            "<b>x</b> & <script>alert(1)</script>",
            "<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>\n",
        ),
        ("---", "<hr>\n"),
        ('It\'s "so" -- (c)', '<p>It\'s "so" -- (c)</p>\n'),
        ("![A crowd <b>](https://evil.example/p.png)", "<p>A crowd &lt;b&gt;</p>\n"),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_tables_keep_their_parts() -> None:
    html = to_html("| a | b |\n|---|:-:|\n| 1 | 2 |")
    assert "<th>a</th>" in html
    assert "<td>2</td>" in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("markdown", "levels"),
    [
        ("# A\n\n## B\n\n# C", ["h2", "h3", "h2"]),
        ("### A\n\n#### B", ["h2", "h3"]),
        ("## A\n\n###### B\n\n### C", ["h2", "h3", "h3"]),
        ("#### B\n\n# A", ["h2", "h2"]),
    ],
)
def test_headings_start_at_the_second_level_and_skip_none(markdown: str, levels: list[str]) -> None:
    html = to_html(markdown)
    assert re.findall(r"<(h\d)>", html) == levels
    assert re.findall(r"</(h\d)>", html) == levels


@pytest.mark.parametrize(
    ("markdown", "href", "shown"),
    [
        (
            "See https://a.example/b_c_d?e=1&f=2.",
            "https://a.example/b_c_d?e=1&amp;f=2",
            "https://a.example/b_c_d?e=1&amp;f=2",
        ),
        ("(www.a.example/x)", "https://www.a.example/x", "www.a.example/x"),
        ("https://a.example/w_(x), ok", "https://a.example/w_(x)", "https://a.example/w_(x)"),
        ("Write to ann.lee+1@a.example.", "mailto:ann.lee+1@a.example", "ann.lee+1@a.example"),
        ("<https://a.example/>", "https://a.example/", "https://a.example/"),
        ("[here](/actions/x/)", "/actions/x/", "here"),
    ],
)
def test_addresses_become_links(markdown: str, href: str, shown: str) -> None:
    assert f'<a href="{href}" rel="noopener nofollow ugc">{shown}</a>' in to_html(markdown)


def test_an_address_in_a_link_or_in_code_is_left_alone() -> None:
    assert to_html("[https://a.example](https://b.example)").count("<a ") == 1
    assert "<a " not in to_html("`https://a.example`")


def test_the_links_of_trusted_writers_may_be_followed() -> None:
    assert to_html("https://a.example", trusted=True) == (
        '<p><a href="https://a.example" rel="noopener">https://a.example</a></p>\n'
    )


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "[x](&#106;avascript:alert(1))",
        "[x](ftp://a.example/)",
        "<ftp://a.example/>",
    ],
)
def test_other_schemes_lead_nowhere(markdown: str) -> None:
    assert "href" not in to_html(markdown)


def test_foreign_html_is_cut_down_to_what_is_allowed() -> None:
    dirty = (
        '<h1>T</h1><p onclick="x()" style="color:red">a<script>alert(1)</script><iframe src="//e"></iframe>'
        '<img src=x onerror=alert(1)><svg><a xlink:href="javascript:x">b</a></svg><style>p{}</style></p>'
    )
    html = clean(dirty)
    assert not re.search(r"script|iframe|onerror|onclick|style|img|svg|alert|javascript", html)
    assert to_text(html).replace("\n", "") == "Ta"


@given(st.text(max_size=300) | st.text(alphabet="<>&\"'#*_[]()`!-\n\\ahref=javscipt:/", max_size=200))
def test_nothing_written_leaves_the_allowed_tags(text: str) -> None:
    for html in (to_html(text), clean(text)):
        assert clean(html) == html
        tags = set(re.findall(r"</?([a-zA-Z!?][a-zA-Z0-9]*)", html))
        assert tags <= markup._TAGS
        assert not re.search(r"<[^>]*\s(on\w+|style|src)\s*=", html)


def test_html_becomes_text_with_its_blocks() -> None:
    html = to_html("# Head\n\nOne &amp; *two*\nthree\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |")
    assert to_text(html) == "Head\n\nOne & two three\n\n- a\n- b\n\nx y\n1 2"


def test_lines_of_code_stay_lines() -> None:
    assert to_text(to_html("    a\n    b\n\nc\nd")) == "a\nb\n\nc d"


def test_angle_brackets_survive_as_text() -> None:
    assert to_text(to_html("a < b > c <b>")) == "a < b > c <b>"


def test_excerpts_end_at_a_word() -> None:
    assert excerpt("one two, three", 2) == "one two\u00a0…"
    assert excerpt("one\u00a0 two\n", 2) == "one two"
    assert excerpt("w " * 56).count("w") == 55


def test_collapse_keeps_broken_words_broken() -> None:
    assert collapse(" get t \u00a0 hrough,\n w aited ") == "get t hrough, w aited"


@pytest.mark.parametrize(
    "text",
    [
        "a@" * 50_000,
        "www." * 25_000,
        "https://" + ")" * 99_000,
        "<a " * 33_000,
        "a." * 50_000,
        '<a "' * 25_000,
    ],
)
def test_hostile_texts_of_100_kb_are_quick(text: str) -> None:
    start = time.perf_counter()
    to_text(text)
    list(markup._BARE_ADDRESS.finditer(text))
    assert time.perf_counter() - start < 0.25
    start = time.perf_counter()
    to_html(text)
    assert time.perf_counter() - start < 2
