"""Set up and drive the project with nothing but Python and git: run, test, check, fix, lock.

The file must be readable by any Python 3, so that an old one is refused in words.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "This needs Python 3.11 or newer, and this is %d.%d. On Debian 12 or Ubuntu 24.04 and later: "
        "apt-get install python3 python3-venv; then: python3 dev.py run\n" % sys.version_info[:2]
    )
    sys.exit(1)

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / "installed.json"
LOCKS = ROOT / "requirements"

USAGE = """\
python3 dev.py run [--port N] [--data DIR] [--no-demo]   start the site, with demo content
python3 dev.py test [words for pytest]                   all checks and all tests
                    [--no-browser] [--no-postgres]       leave those out, and say so in the last line
                    [--ci]                               leave nothing out
python3 dev.py check                                     lint, format, types, imports, dependencies, templates
python3 dev.py fix                                       mend what lint and format can mend
python3 dev.py lock [--upgrade]                          write requirements/*.txt from pyproject.toml
python3 dev.py look [FOLDER] [LANGUAGE ...]              photograph every page of the demo site
python3 dev.py words                                     bring the catalogues of translations up to date
"""

CHECKS = (
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports", "--no-cache"]),
    ("dependencies", ["deptry", "."]),
    ("templates", ["djlint", "--lint", "--quiet", "templates"]),
)
CAUGHT = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "check": False}
GROUPS = {"run": ["pyproject.toml"], "test": ["--group", "test"], "check": ["--group", "check"]}
GROUPS |= {"uv": ["--group", "installer"], "passkeys": ["pyproject.toml", "--extra", "passkeys"]}
JOBS = {"look": "tests.support.contact_sheet", "words": "tests.support.catalogues"}
COMPILE = ("pip", "compile", "--universal", "--python-version", "3.11", "--fork-strategy", "fewest")
PLAIN_LINES = ("--generate-hashes", "--no-header", "--no-annotate", "--quiet")


def main(words):
    """Exit code of the command in `words`; without one, the list of commands."""
    if words and words[0] in JOBS and not any(word.startswith("-") for word in words):
        install("run", "test", "check")
        return subprocess.call([PYTHON, "-m", JOBS[words[0]], *words[1:]], cwd=ROOT)
    commands = {"run": run, "test": test, "check": check, "fix": fix, "lock": lock}
    if not words or words[0] not in commands:
        asked_for_help = not words or words[0] in ("help", "-h", "--help")
        print(USAGE, end="", file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    os.chdir(ROOT)
    return commands[words[0]](words[1:])


def run(words):
    """Become the site: web and worker, until Ctrl-C."""
    install("run")
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "-m", "campaign_actions.cli.main", "run", *words])


def test(words):
    """All checks, then pytest; its own closing line comes last."""
    strict = "--ci" in words
    words = [word for word in words if word != "--ci"]
    left_out = [word for word in words if word in ("--no-browser", "--no-postgres")]
    if strict and left_out:
        print(f"--ci leaves nothing out, so {' and '.join(left_out)} cannot be given.", file=sys.stderr)
        return 2
    install("run", "test", "check")
    bad = failed_checks()
    if "--no-browser" not in words and not browser_is_there():
        bad.append("browser")
    if bad:
        print(f"failed before the tests: {', '.join(bad)}", flush=True)
    chosen = any(word.startswith("-n") for word in words)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each process that a test starts compiles all anew
    # One more than cores: a test often waits for a browser, a disk or a server of its own.
    spread = [] if chosen else ["-n", str(min((os.cpu_count() or 1) + 1, 6)), "--dist", "worksteal"]
    code = subprocess.call([PYTHON, "-m", "pytest", *spread, *words])
    return code or int(bool(bad))


def check(_words):
    """Every check, each with its own line; all run even if one fails."""
    install("run", "test", "check")
    return int(bool(failed_checks()))


def fix(_words):
    """Mend what the linter and the formatter can mend alone."""
    install("run", "test", "check")
    mended = subprocess.call([BIN / "ruff", "check", "--fix", "."])
    return subprocess.call([BIN / "ruff", "format", "."]) or mended


def lock(words):
    """Write requirements/*.txt: pinned, hashed, one version of a package in all files, no address inside."""
    make_venv()
    uv = find_uv()
    if uv is None:
        return stop("the lock needs uv, and it could not be installed")
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "everything.txt"
        if "--upgrade" not in words:  # what stands in the output file is kept where it still fits
            everything.write_text("".join(path.read_text() for path in sorted(LOCKS.glob("*.txt"))))
        all_groups = [word for words_of_one in GROUPS.values() for word in words_of_one]
        subprocess.run([uv, *COMPILE, *all_groups, "--quiet", "-o", everything], check=True)
        for name, source in GROUPS.items():
            command = [uv, *COMPILE, *source, "-c", everything, *PLAIN_LINES]
            made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            (LOCKS / f"{name}.txt").write_text(made)
    print("wrote", ", ".join(f"requirements/{name}.txt" for name in GROUPS))
    return 0


def failed_checks():
    """Names of the checks that failed; the output of each is shown only then."""
    bad = []
    for name, command in CHECKS:
        started = time.monotonic()
        done = subprocess.run([BIN / command[0], *command[1:]], **CAUGHT)
        word = "FAIL" if done.returncode else "ok"
        print(f"{word:4} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        if done.returncode:
            bad.append(name)
            sys.stdout.buffer.write(done.stdout)
            sys.stdout.flush()
    return bad


def browser_is_there():
    """True if a browser and Java answer, after installing Debian's where that is possible."""
    look = [PYTHON, "-m", "tests.support.browser"]
    if quietly(look):
        return True
    apt("chromium", "fonts-noto-core", "libatomic1", "default-jre-headless")
    return quietly(look, show=True)


def install(*names):
    """Make `.venv` hold the packages of requirements/NAME.txt; nothing to do if it does already."""
    files = [LOCKS / f"{name}.txt" for name in names]
    stamps = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    known = make_venv()
    if stamps.items() <= known.items():
        return
    print(f"installing {', '.join(names)} into .venv", flush=True)
    listed = [word for path in files for word in ("-r", str(path))]
    uv = find_uv()
    words = ["pip", "install", "--quiet", "--require-hashes", *listed]
    by_uv = uv and quietly([uv, *words, "--python", PYTHON, "--compile-bytecode"])
    if not by_uv and not quietly([PYTHON, "-m", *words], show=True):
        sys.exit(stop("the packages could not be installed; the reason stands above"))
    link_package()
    STAMP.write_text(json.dumps({**known, **stamps, "root": str(ROOT)}, indent=1) + "\n")


def make_venv():
    """What `.venv` holds already; half-made, moved or without its Python it is made anew.

    Made by uv if it is there, else by Python's own module.
    """
    known = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    if known.get("root") == str(ROOT) and quietly([PYTHON, "-c", ""]):
        return known
    uv = shutil.which("uv")
    if uv and quietly([uv, "venv", "--quiet", "--seed", "--clear", "--python", sys.executable, VENV]):
        return {}
    package = f"python3.{sys.version_info.minor}-venv"
    if importlib.util.find_spec("ensurepip") is None and not apt(package):
        sys.exit(stop(f"Python's venv module is missing. Install it with: apt-get install {package}"))
    if not quietly([sys.executable, "-m", "venv", "--clear", VENV], show=True):
        sys.exit(stop("the folder .venv could not be made; the reason stands above"))
    return {}


def find_uv():
    """The uv to install with: the machine's, ours, or ours freshly installed; None if it cannot be had."""
    for found in (shutil.which("uv"), BIN / "uv"):
        if found and Path(found).exists():
            return found
    locked = LOCKS / "uv.txt"
    wanted = ["--require-hashes", "-r", locked] if locked.exists() else ["uv"]
    return BIN / "uv" if quietly([PYTHON, "-m", "pip", "install", "--quiet", *wanted]) else None


def link_package():
    """Let `.venv` import the package from here, and give it the command `campaign-actions`."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = next(path for path in VENV.glob("lib/python*/site-packages") if version in path.parts)
    (site / "campaign_actions.pth").write_text(f"{ROOT}\n")
    script = BIN / "campaign-actions"
    script.write_text(
        f"#!{PYTHON}\nimport sys\n\nfrom campaign_actions.cli.main import main\n\nsys.exit(main())\n"
    )
    script.chmod(0o755)


def apt(*packages):
    """True if Debian's packages could be installed, as root or by sudo without a password."""
    if shutil.which("apt-get") is None:
        return False
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if become and not (shutil.which("sudo") and quietly([*become, "true"])):
        return False
    print(f"apt-get install {' '.join(packages)}", flush=True)
    command = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    wanted = [*command, "install", "--quiet", "--yes", "--no-install-recommends", *packages]
    return quietly(wanted) or (quietly([*command, "update", "--quiet"]) and quietly(wanted, show=True))


def quietly(command, show=False):
    """True if `command` succeeds; its output is shown only if it fails and `show` is set."""
    try:
        done = subprocess.run(command, text=True, errors="replace", **CAUGHT)
    except OSError:
        return False
    if done.returncode and show:
        print(done.stdout, end="", flush=True)
    return done.returncode == 0


def stop(reason):
    """Say why in one line; gives the exit code 1."""
    print(f"dev.py: {reason}.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
