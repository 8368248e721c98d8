"""Read the marked sentences out of code and templates into the catalogues of words, and compile these.

`python3 dev.py words` runs it; new sentences then stand empty in campaign_actions/translations.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.source import ROOT

FOLDER = ROOT / "campaign_actions" / "translations"
BABEL = (sys.executable, "-m", "babel.messages.frontend", "-q")
MARKED = ("-F", "pyproject.toml", "-k", "lazy", "--no-location", "--sort-output", "--no-wrap")
KEPT = ("--no-fuzzy-matching", "--ignore-obsolete", "--no-wrap", "--ignore-pot-creation-date")


def extract(place: Path) -> None:
    """Write the marked sentences, with their comments for translators, to the file `place`."""
    command = [*BABEL, "extract", *MARKED, "-c", "Translators:", "-o", str(place), "."]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> int:
    """Update and compile every catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        marked = Path(folder) / "messages.pot"
        extract(marked)
        subprocess.run([*BABEL, "update", "-i", str(marked), "-d", str(FOLDER), *KEPT], check=True)
    subprocess.run([*BABEL, "compile", "-d", str(FOLDER)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
