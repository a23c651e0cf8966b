"""The sorts of spammers, one a module."""

from __future__ import annotations

from typing import Final

from datasets.blogosphere.sent import SpamSort
from datasets.blogosphere.spammers.autoblog import AUTOBLOG
from datasets.blogosphere.spammers.doorway import DOORWAY
from datasets.blogosphere.spammers.dying import DYING_SORT
from datasets.blogosphere.spammers.fake_self import FAKE_SELF
from datasets.blogosphere.spammers.forged import FORGED
from datasets.blogosphere.spammers.hacked import HACKED
from datasets.blogosphere.spammers.hidden import HIDDEN
from datasets.blogosphere.spammers.identical import IDENTICAL
from datasets.blogosphere.spammers.keyword_shop import KEYWORD_SHOP
from datasets.blogosphere.spammers.link_farm import LINK_FARM
from datasets.blogosphere.spammers.linkless import LINKLESS_SORT
from datasets.blogosphere.spammers.mixed_script import MIXED_SCRIPT
from datasets.blogosphere.spammers.paid import PAID
from datasets.blogosphere.spammers.parasite import PARASITE
from datasets.blogosphere.spammers.recycled import RECYCLED
from datasets.blogosphere.spammers.relay import RELAY
from datasets.blogosphere.spammers.rotating import ROTATING
from datasets.blogosphere.spammers.slow import SLOW
from datasets.blogosphere.spammers.splog import SPLOG
from datasets.blogosphere.spammers.spun import SPUN
from datasets.blogosphere.spammers.translated import TRANSLATED
from datasets.blogosphere.spammers.wave import WAVE

__all__ = ["SPAMMERS"]

SPAMMERS: Final[tuple[SpamSort, ...]] = (
    KEYWORD_SHOP,
    ROTATING,
    AUTOBLOG,
    SPUN,
    TRANSLATED,
    MIXED_SCRIPT,
    SPLOG,
    SLOW,
    PAID,
    DOORWAY,
    PARASITE,
    LINK_FARM,
    HIDDEN,
    LINKLESS_SORT,
    DYING_SORT,
    FORGED,
    WAVE,
    IDENTICAL,
    RECYCLED,
    HACKED,
    FAKE_SELF,
    RELAY,
)
"""Every sort; a new one is a module and a line here."""
