"""Names, hosts and addresses of people who do not exist.

Host names are invented words under real top-level domains and platforms; that one of them exists is an accident and
means nothing. Addresses come from 2001:db8::/32, which is reserved for documentation and belongs to nobody.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random
from typing import Final

from datasets.blogosphere.dice import Loaded, pick
from datasets.blogosphere.lexicon.base import Lexicon

__all__ = [
    "Names",
    "address",
    "agent",
    "is_platform",
    "neighbour_of",
    "network",
    "page_number",
    "platform_address",
    "slug",
]

_TLDS: Final = Loaded(
    {"com": 50, "net": 12, "org": 14, "info": 6, "de": 4, "fr": 3, "co.uk": 4, "ru": 3, "io": 2, "me": 2, "blog": 1,
     "biz": 2, "es": 2, "jp": 1, "nl": 2, "us": 2}
)  # fmt: skip
PLATFORMS: Final = Loaded(
    {
        "{name}.wordpress.com": 34,
        "{name}.blogspot.com": 26,
        "{name}.typepad.com": 7,
        "{name}.livejournal.com": 6,
        "{name}.github.io": 7,
        "{name}.tumblr.com": 6,
        "medium.com/@{name}": 5,
        "{name}.over-blog.com": 4,
        "{name}.substack.com": 3,
        "{name}.free.fr": 2,
        "www.gentlepages.org/~{name}": 4,
        "people.northfield-college.edu/~{name}": 3,
        "tilde.quietclub.net/~{name}": 2,
        "social.harbourtown.net/@{name}": 4,
        "sites.openquill.com/{name}": 3,
    }
)
"""Where several authors share a domain; spammers register there too."""
_MARKS: Final = tuple(face.replace("{name}", "") for face in PLATFORMS.faces)


class Names:
    """Makes up names from a lexicon's syllables and words.

    Args:
        lexicon: The split's vocabulary.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._onsets, self._nuclei, self._codas, self._endings = lexicon.syllables
        self._themes = lexicon.themes

    def invented(self, rng: Random) -> str:
        """A word that is in no dictionary, of two to four syllables."""
        word = pick(rng, self._onsets) + pick(rng, self._nuclei) + pick(rng, self._codas)
        word += pick(rng, self._onsets) + pick(rng, self._nuclei)
        if rng.random() < 0.5:
            word += pick(rng, self._codas)
        return word + (pick(rng, self._endings) if rng.random() < 0.5 else "")

    def host_name(self, rng: Random, words: str = "") -> str:
        """A host of somebody's own, with or without words of what it is about in its name."""
        name = self.invented(rng)
        about = slug(words) if words else (pick(rng, self._themes) if rng.random() < 0.45 else "")
        if about:
            joint = "-" if rng.random() < 0.35 else ""
            name = f"{about}{joint}{name}" if rng.random() < 0.4 else f"{name}{joint}{about}"
        if rng.random() < 0.07:
            name += str(int(rng.random() * 1000))
        return f"{'www.' if rng.random() < 0.25 else ''}{name}.{_TLDS.roll(rng)}"

    def home(self, rng: Random, words: str = "", platform: float = 0.0) -> str:
        """Where somebody writes: scheme and host, with the author's path on some platforms; no slash at the end.

        Args:
            rng: Where chance comes from.
            words: What the host is named after, on a host of one's own; empty: anything.
            platform: How often it is a platform's, 0 to 1.
        """
        shared = rng.random() < platform
        host = PLATFORMS.roll(rng).format(name=self.invented(rng)) if shared else self.host_name(rng, words)
        return f"{'https' if rng.random() < 0.5 else 'http'}://{host}"

    def blog_name(self, rng: Random, heading: str, noun: str) -> str:
        """What somebody calls a blog, or a shop that wants to pass for one.

        Args:
            rng: Where chance comes from.
            heading: A headline in the blog's language.
            noun: Something it is about.
        """
        style = rng.random()
        if style < 0.35:
            return heading
        if style < 0.6:
            return f"{self.invented(rng).capitalize()} {pick(rng, self._themes)}"
        if style < 0.75:
            return self.invented(rng).capitalize()
        if style < 0.9:
            return f"{noun.capitalize()} {pick(rng, self._themes)}"
        return noun

    def person(self, rng: Random) -> str:
        """An author's name."""
        first = self.invented(rng).capitalize()
        return first if rng.random() < 0.4 else f"{first} {self.invented(rng).capitalize()}"


def page_number(rng: Random) -> int:
    """The number of a page in somebody's software."""
    return int(10 ** (1 + 4 * rng.random()))


def network(rng: Random) -> str:
    """A /48 as text, without the host part."""
    return f"2001:db8:{int(rng.random() * 0xFFFF) + 1:x}"


def address(rng: Random, within: str = "") -> str:
    """An address, anywhere or in a given network."""
    return f"{within or network(rng)}::{int(rng.random() * 0xFFFE) + 1:x}"


def platform_address(rng: Random) -> str:
    """An address of a platform: a few networks that honest people and spammers share."""
    return f"2001:db8:{1 + int(rng.random() * 9):x}::{1 + int(rng.random() * 400):x}"


def is_platform(home: str) -> bool:
    """Whether a home is on a platform."""
    return any(mark in home for mark in _MARKS)


def neighbour_of(rng: Random, other: str) -> str:
    """Another address in the network of a given one."""
    return address(rng, other.partition("::")[0])


_AGENTS: Final = Loaded(
    {
        "WordPress/6.{minor}; {home}": 18,
        "WordPress/5.{minor}; {home}": 18,
        "WordPress/4.{minor}; {home}": 18,
        "WordPress/3.{minor}; {home}": 8,
        "MovableType/5.2.{minor}": 8,
        "Serendipity/2.{minor}": 4,
        "Dotclear 2.{minor}": 3,
        "PHP/5.2.1{minor}": 5,
        "Go-http-client/1.1": 5,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64)": 3,
        "": 10,
    }
)
_FORGED: Final = ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "PHP/5.2.10", "")


def agent(rng: Random, home: str, forged: float = 0.0) -> str:
    """What a sender's software calls itself; `forged` is how often it is a script that says anything."""
    if rng.random() < forged:
        return pick(rng, _FORGED)
    return _AGENTS.roll(rng).format(minor=int(rng.random() * 9), home=home)


_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Words for a URL: ASCII letters, digits and hyphens; empty: there were none."""
    folded = text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_PLAIN.sub("-", folded.lower()).strip("-")[:60]
