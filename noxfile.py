"""The checks of this project, a session each: `nox --list` names them, `nox` runs what a change must pass.

Sessions work in the environment that runs nox; those that need an empty one make their own.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "floors", "tests"]

BIN = Path(sys.executable).parent
"""Where the tools of the environment that runs nox lie."""


def tool(session: nox.Session, name: str, *arguments: str) -> None:
    """Runs a tool of the environment that runs nox."""
    session.run(str(BIN / name), *arguments, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and common mistakes, by ruff."""
    tool(session, "ruff", "check", ".")
    tool(session, "ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types, by mypy --strict."""
    tool(session, "mypy")


@nox.session
def floors(session: nox.Session) -> None:
    """Imports only go down the floors, by import-linter."""
    tool(session, "lint-imports")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests; arguments go to pytest: nox -s tests -- tests/urls -x."""
    tool(session, "python", "-m", "pytest", "-q", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """The tests that take no service and no patience."""
    services = "not slow and not wordpress and not postgresql and not browser"
    tool(session, "python", "-m", "pytest", "-q", "-m", services, *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """All tests, and which lines and branches they reach."""
    tool(session, "python", "-m", "pytest", "-q", "--cov", "--cov-report=term:skip-covered", *session.posargs)


@nox.session(venv_backend="venv")
def docs(session: nox.Session) -> None:
    """The documentation as a site in build/site; a warning is an error."""
    session.install(*nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "docs"))
    session.run("mkdocs", "build", "--strict", "--quiet")


@nox.session(venv_backend="venv")
def lowest(session: nox.Session) -> None:
    """The core with the lowest versions that pyproject.toml allows."""
    session.install("uv")
    session.run("uv", "pip", "install", "-q", "--resolution", "lowest-direct", ".", "--group", "lowest")
    session.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "default", "-m", "not slow", *LOWEST)


LOWEST = (
    "tests/test_engine.py",
    "tests/test_replay.py",
    "tests/cli/test_check.py",
    "tests/cli/test_rescore.py",
    "tests/features",
    "tests/intake",
    "tests/model",
    "tests/text",
    "tests/urls",
)
"""Tests of the core: what needs an extra is tested with its newest versions."""


@nox.session(venv_backend="venv")
def package(session: nox.Session) -> None:
    """Builds the package, checks its metadata, and uses the wheel in empty environments: alone, and with each extra."""
    session.install("build", "twine", "uv")
    built = Path(session.create_tmp())
    shutil.rmtree(built)
    session.run("python", "-m", "build", "--outdir", str(built), silent=True)
    session.run("twine", "check", "--strict", *map(str, built.glob("*")))
    built = built.resolve()
    [wheel] = built.glob("*.whl")
    extras = nox.project.load_toml("pyproject.toml")["project"]["optional-dependencies"]
    if extras.keys() != USES.keys() - {""}:
        session.error(f"USES must name the extras of pyproject.toml, and no others: {', '.join(extras)}")
    sample = str(Path("datasets/sample.jsonl").resolve())
    with session.chdir(built):
        for extra, use in USES.items():
            home = built / f"with-{extra or 'nothing'}"
            python = str(home / "bin" / "python")
            session.run("uv", "venv", "--quiet", "--clear", "--python", "python", str(home), silent=True)
            wanted = f"{wheel}[{extra}]" if extra else str(wheel)
            session.run("uv", "pip", "install", "--quiet", "--python", python, wanted)
            session.run(python, *[sample if word == "SAMPLE" else word for word in use], external=True, silent=True)


USES = {
    "": ("-m", "moderator", "rescore", "SAMPLE", "--json"),
    "compression": ("-c", "from moderator.linkcheck.decoding import ACCEPTED; assert 'br, zstd' in ACCEPTED"),
    "parquet": ("-m", "moderator", "rescore", "SAMPLE", "--output", "verdicts.parquet"),
    "dask": ("-m", "moderator", "rescore", "verdicts.parquet", "--output", "judged", "--cluster", "local"),
    "dns": ("-c", "import dns.resolver, moderator.linkcheck.dns_lists"),
    "lists": (
        "-m", "moderator", "lists", "publish", "list.json", "--from", "SAMPLE", "--publisher", "https://blog.example/",
        "--key", "list.key", "--days", "36500",
    ),
    "postgresql": ("-c", "import psycopg, moderator.history.postgresql.store"),
    "serve": ("-c", "import uvicorn, moderator.service.app"),
    "wordpress": ("-c", "import pymysql, moderator.wordpress.database"),
}  # fmt: skip
"""What each extra is for, as arguments of Python; where a server would be needed, what it needs is loaded."""
