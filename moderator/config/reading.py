"""From a settings file, the environment and arguments to a record, with every problem told at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from moderator.config.values import readers_of
from moderator.errors import SettingsError, shown
from moderator.history.address import masked

__all__ = [
    "PREFIX",
    "Given",
    "from_arguments",
    "from_environment",
    "from_table",
    "read_values",
    "settings_file",
    "toml",
]

PREFIX = "MODERATOR_"
"""What an environment variable's name starts with."""


class Given(NamedTuple):
    """One value that somebody gave."""

    where: str
    """Where it stands, for messages."""
    name: str
    """The setting's name."""
    value: Any


def settings_file(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file of settings: the one given, or the one that ``MODERATOR_CONFIG`` names; None: none."""
    named = environment.get(PREFIX + "CONFIG")
    return path or (Path(named).expanduser() if named else None)


def toml(path: Path | None) -> dict[str, Any]:
    """What a TOML file holds; nothing where there is no file.

    Raises:
        SettingsError: It cannot be read, or is not TOML.
    """
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError((f"cannot read settings {shown(path)}: {error.strerror}",)) from error
    except ValueError as error:
        raise SettingsError((f"settings {shown(path)} are not TOML: {error}",)) from error


def from_table(where: str, table: Mapping[str, Any]) -> list[Given]:
    """The values of a table."""
    return [Given(where, name, value) for name, value in table.items()]


def from_environment(kind: type[Any], prefix: str, environment: Mapping[str, str]) -> list[Given]:
    """The values that variables give for the fields of a record, as ``MODERATOR_VERIFY`` for ``verify``."""
    variables = {prefix + name.upper(): name for name in readers_of(kind)}
    return [
        Given(variable, name, environment[variable]) for variable, name in variables.items() if variable in environment
    ]


def from_arguments(arguments: Mapping[str, Any]) -> list[Given]:
    """The values given by the program; None stands for: not given."""
    return [Given("argument", name, value) for name, value in arguments.items() if value is not None]


def read_values(kind: type[Any], given: list[Given], problems: list[str]) -> dict[str, Any]:
    """The fields of a record from what was given; the last one wins.

    Args:
        kind: The record.
        given: The values, weakest first.
        problems: Takes one sentence for each value that is wrong.
    """
    readers = readers_of(kind)
    values: dict[str, Any] = {}
    for where, name, value in given:
        if name not in readers:
            problems.append(f"{where}: there is no setting {shown(name)}; known are {', '.join(sorted(readers))}")
            continue
        try:
            values[name] = readers[name](value)
        except ValueError as error:
            said = shown(masked(str(value)))
            message = str(error)
            problems.append(
                f"{where}: {name}: {message}" if said in message else f"{where}: {name} = {said}: {message}"
            )
    return values
