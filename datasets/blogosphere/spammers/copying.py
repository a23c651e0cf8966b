"""Ways to copy a post: whole or its beginning, spun, as if translated, with letters of another script."""

from __future__ import annotations

from random import Random
from typing import Final

from datasets.blogosphere import sentences
from datasets.blogosphere.dice import pick
from datasets.blogosphere.lexicon.base import Language
from datasets.blogosphere.pages.article import Block, Link, Segment
from datasets.blogosphere.world import SitePost, World

__all__ = ["copied_blocks", "mixed_scripts", "spun", "translated"]

_LOOKALIKES: Final = str.maketrans("aceopxyAEKMOTX", "асеорхуАЕКМОТХ")


def spun(rng: Random, text: str, language: Language, share: float = 0.45) -> str:
    """The text with a share of its words exchanged for others of their sort, so that few runs of words stay."""
    words = text.split(" ") if language.gap else list(text)
    nouns = language.topics[pick(rng, sorted(language.topics))]
    changed = []
    for word in words:
        bare = word.strip(".,;:?!")
        if not bare or rng.random() >= share:
            changed.append(word)
            continue
        swaps = language.swaps.get(bare) or language.swaps.get(bare.lower())
        if swaps is None and rng.random() < 0.25:
            swaps = nouns
        changed.append(word.replace(bare, pick(rng, swaps)) if swaps else word)
    return language.gap.join(changed)


def translated(rng: Random, world: World, post: SitePost, into: Language) -> list[str]:
    """The post as a program might have translated it: other words, the same names, numbers and order."""
    kept = [word for word in post.text.split(" ") if word[:1].isupper() or word.isdigit()]
    lines = []
    for _ in post.sentences:
        line = sentences.sentence(rng, into, post.topic)
        if kept and rng.random() < 0.7:
            line += f" {pick(rng, kept)}"
        lines.append(line)
    return lines


def mixed_scripts(rng: Random, text: str) -> str:
    """The text with letters of another script that look alike inside a third of its words.

    Where the text is not in Latin letters there is nothing to exchange.
    """
    words = text.split(" ")
    return " ".join([word.translate(_LOOKALIKES) if rng.random() < 0.4 else word for word in words])


def copied_blocks(rng: Random, post: SitePost, language: Language, lines: list[str]) -> list[Block]:
    """Paragraphs made of the lines, with a link to the original before or behind them, or on a word of theirs."""
    per = 1 + int(rng.random() * 3)
    blocks = [Block((language.gap.join(lines[at : at + per]),)) for at in range(0, len(lines), per)] or [Block(("",))]
    said = pick(rng, language.credits)
    shown = post.title if rng.random() < 0.6 else said.strip("() :") or post.site.name
    link = Link(shown, post.url, rel="nofollow" if rng.random() < 0.12 else "")
    ours: tuple[Segment, ...] = (said, link) if said and shown != said.strip("() :") else (link,)
    style = rng.random()
    if style < 0.55:
        return [*blocks, Block(ours)]
    if style < 0.8:
        return [Block(ours), *blocks]
    first = blocks[0]
    return [Block((*first.parts, *ours)), *blocks[1:]]
