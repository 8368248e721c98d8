"""dev.py needs nothing but Python, refuses an old one in words, and never leaves out tests silently."""

import ast
import subprocess
import sys

from tests.support.source import ROOT, Source

OLDEST_READER = (3, 7)
DEV = Source("dev.py", (ROOT / "dev.py").read_text("utf-8"))


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "dev.py", *words], cwd=ROOT, capture_output=True, text=True)


def test_an_old_python_can_read_it_far_enough_to_be_refused() -> None:
    ast.parse(DEV.text, feature_version=OLDEST_READER)
    first = [node for node in DEV.tree.body if isinstance(node, ast.Import | ast.ImportFrom | ast.If)][:2]
    assert ast.unparse(first[0]) == "import sys"
    assert "sys.version_info < (3, 11)" in ast.unparse(first[1])


def test_it_imports_only_the_standard_library() -> None:
    assert DEV.imported() <= sys.stdlib_module_names


def test_ci_leaves_nothing_out() -> None:
    refused = dev("test", "--ci", "--no-browser")
    assert refused.returncode == 2
    assert "--no-browser" in refused.stderr
    assert "dev.py test --ci" in (ROOT / ".ci" / "run").read_text()


def test_an_unknown_command_lists_the_known_ones() -> None:
    unknown = dev("bench")
    assert unknown.returncode == 2
    assert "dev.py run" in unknown.stderr
    assert dev().returncode == 0
