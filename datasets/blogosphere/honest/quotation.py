"""An answer that quotes a good part of our post and says something of its own about it."""

from __future__ import annotations

from random import Random

from datasets.blogosphere import sentences
from datasets.blogosphere.honest.sending import Order, linking, page_of, prose
from datasets.blogosphere.pages.article import Article, quote

__all__ = ["write_quotation"]


def write_quotation(rng: Random, order: Order) -> Article:
    """Writes the page: one to four of our sentences between paragraphs of its own."""
    world, blogger, post, _ = order
    language = blogger.language
    blocks = [linking(rng, language, post, post.topic)]
    quoted = post.sentences[: 1 + int(rng.random() * 4)]
    blocks.append(quote(language.gap.join(quoted)))
    if rng.random() < 0.3:
        blocks += [*prose(rng, world, language, post.topic, 1), quote(post.sentences[-1])]
    blocks += prose(rng, world, language, post.topic, 2 + int(rng.random() * 4))
    title = sentences.title(rng, language, post.topic) if rng.random() < 0.8 else f"Re: {post.title}"
    return page_of(rng, order, title, blocks)
