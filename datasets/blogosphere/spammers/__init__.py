"""The sorts of spammers, one a module."""

from __future__ import annotations

from typing import Final

from datasets.blogosphere.sent import SpamSort
from datasets.blogosphere.spammers.autoblog import AUTOBLOG
from datasets.blogosphere.spammers.fake_self import FAKE_SELF
from datasets.blogosphere.spammers.hacked import HACKED
from datasets.blogosphere.spammers.keyword_shop import KEYWORD_SHOP
from datasets.blogosphere.spammers.linkless import LINKLESS
from datasets.blogosphere.spammers.relay import RELAY
from datasets.blogosphere.spammers.rotating import ROTATING
from datasets.blogosphere.spammers.slow import SLOW
from datasets.blogosphere.spammers.spun import SPUN
from datasets.blogosphere.spammers.wave import WAVE

__all__ = ["SPAMMERS"]

SPAMMERS: Final[tuple[SpamSort, ...]] = (
    KEYWORD_SHOP,
    ROTATING,
    AUTOBLOG,
    SPUN,
    HACKED,
    SLOW,
    LINKLESS,
    FAKE_SELF,
    WAVE,
    RELAY,
)
"""Every sort; a new one is a module and a line here."""
