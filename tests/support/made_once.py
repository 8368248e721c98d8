"""What every site of a test process would make again in the same way: builders of addresses, templates.

Each test has a site of its own, and would compile all its routes and templates once more.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

_codes: dict[tuple[str, str], CodeType] = {}
_builders: dict[object, Callable[..., tuple[str, str]]] = {}


class CompiledTemplates(BytecodeCache):
    """Code of templates for as long as the process lives, by the digest of their text."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into `bucket` if this text was compiled before."""
        bucket.code = _codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        assert bucket.code is not None
        _codes[bucket.key, bucket.checksum] = bucket.code


def remember_builders() -> None:
    """Let rules of one kind share the compiled function that builds their address."""
    compile_builder: Callable[[Rule, bool], Callable[..., tuple[str, str]]]
    compile_builder = Rule._compile_builder  # the only place where Werkzeug compiles them

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (*_made_from(rule), append_unknown)
        if key not in _builders:
            _builders[key] = compile_builder(rule, append_unknown)
        return _builders[key]

    Rule._compile_builder = builder  # type: ignore[method-assign] # put in its place, for all sites


def _made_from(rule: Rule) -> tuple[Any, ...]:
    """All that the function is made from; it is given the rule, with its converters, when it is called."""
    converters = [(name, type(one)) for name, one in rule._converters.items()]
    defaults = sorted((rule.defaults or {}).items())
    return rule.rule, tuple(rule._trace), repr(converters), repr(defaults)
