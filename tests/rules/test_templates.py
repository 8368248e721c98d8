"""Templates hold no script, style, arithmetic or unchecked HTML, and every form says where it goes."""

import re
from pathlib import Path

import pytest

from tests.support.source import ROOT, templates

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^<>]*?)?)\s*/?>", re.DOTALL)
FORBIDDEN_IN_TAGS = {
    "an inline style": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"\son\w+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}
SAFE = re.compile(r"\|\s*safe\b|\bMarkup\(|\{%-?\s*autoescape\s+false")
STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
ARITHMETIC = re.compile(r"[\w)\]'\"] (?:[-*%]|//?|\+(?= *\d)) [\w(\"']")
IMPORT_AS = re.compile(r"\{%-?\s*import\s+\S+\s+as\s+(\w+)[^%]*%\}")
IMPORT_NAMES = re.compile(r"\{%-?\s*from\s+\S+\s+import\s+(.+?)-?%\}", re.DOTALL)


def faults_of(text: str) -> list[str]:
    bare = COMMENT.sub("", text)
    faults = [f"unchecked HTML: {found.group()}" for found in SAFE.finditer(bare)]
    faults += [
        f"arithmetic: {found.group()}"
        for found in JINJA.finditer(bare)
        if ARITHMETIC.search(STRING.sub("x", found.group().strip("{%-}")))
    ]
    for tag in TAG.finditer(JINJA.sub("x", bare)):
        name, attributes = tag.group(1).lower(), tag.group(2)
        faults += [
            f"{what} in <{name}>" for what, seen in FORBIDDEN_IN_TAGS.items() if seen.search(attributes)
        ]
        if name == "style":
            faults.append("a style element")
        if name == "script" and not re.search(r"\ssrc\s*=", attributes) and "ld+json" not in attributes:
            faults.append("a script without an address")
        if name == "form" and not re.search(r"\saction\s*=", attributes):
            faults.append("a form that does not name its action")
    return faults


def unused_imports(text: str) -> list[str]:
    names = IMPORT_AS.findall(text)
    for listed in IMPORT_NAMES.findall(text):
        words = re.sub(r"\bwith(out)? context\b", "", listed)
        names += [part.split(" as ")[-1].strip() for part in words.split(",")]
    rest = IMPORT_NAMES.sub("", IMPORT_AS.sub("", COMMENT.sub("", text)))
    return [name for name in names if name and not re.search(rf"\b{name}\b", rest)]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_templates_hold_nothing_that_is_forbidden() -> None:
    assert {named(path): found for path in templates() if (found := faults_of(path.read_text("utf-8")))} == {}


def test_templates_import_only_what_they_use() -> None:
    found = {named(path): names for path in templates() if (names := unused_imports(path.read_text("utf-8")))}
    assert found == {}


@pytest.mark.parametrize(
    "breach",
    [
        '<p style="color: red">',
        '<a href="x" onclick="share()">',
        '<a href="javascript:go()">',
        "{{ text|safe }}",
        "{{ page + 1 }}",
        "{{ (size + 1023) // 1024 }}",
        "{% if count - lines|length %}",
        "<script>go()</script>",
        "<style>p { color: red }</style>",
        '<form method="post">',
        '<form method="post" class="{{ kind if a > b }}">',
    ],
)
def test_breaches_are_found(breach: str) -> None:
    assert faults_of(breach) != []


def test_good_markup_passes() -> None:
    good = '<form method="post" action="{{ url_for("sign") }}"><script src="/x.js" defer></script></form>'
    assert faults_of(good) == []
    assert unused_imports('{% from "a.html" import b, c as d %}{{ b() }}{{ d() }}') == []
    assert unused_imports('{% from "a.html" import b, c as d %}{{ b() }}') == ["d"]
