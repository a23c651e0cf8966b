"""Decides what happens to a pingback, trackback or webmention: approve, hold or spam.

>>> from moderator import Linkback
>>> Linkback(source_url="https://a.example/", target_url="https://b.example/", kind="pingback").kind.value
'pingback'

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from moderator.version import __version__

if TYPE_CHECKING:
    from moderator.config.settings import Settings, read_settings
    from moderator.engine import Moderator
    from moderator.errors import ModeratorError
    from moderator.intake import read_pingback, read_trackback, read_webmention
    from moderator.records import (
        Case,
        Decision,
        Kind,
        Label,
        Linkback,
        LinkEvidence,
        LinkPosition,
        LinkStatus,
        Post,
        Reason,
        SenderMatch,
        Verdict,
    )
    from moderator.wiring import build_moderator, load_moderator

__all__ = [
    "Case",
    "Decision",
    "Kind",
    "Label",
    "LinkEvidence",
    "LinkPosition",
    "LinkStatus",
    "Linkback",
    "Moderator",
    "ModeratorError",
    "Post",
    "Reason",
    "SenderMatch",
    "Settings",
    "Verdict",
    "__version__",
    "build_moderator",
    "load_moderator",
    "read_pingback",
    "read_settings",
    "read_trackback",
    "read_webmention",
]

_HOMES = {
    "Moderator": "engine",
    "ModeratorError": "errors",
    "Settings": "config.settings",
    "build_moderator": "wiring",
    "load_moderator": "wiring",
    "read_pingback": "intake",
    "read_settings": "config.settings",
    "read_trackback": "intake",
    "read_webmention": "intake",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'moderator' has no attribute {name!r}")
    return getattr(import_module(f"moderator.{_HOMES.get(name, 'records')}"), name)


def __dir__() -> list[str]:
    return __all__
