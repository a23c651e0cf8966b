"""Materials for the tests of text and address features."""

from moderator.domain_lists.base import NO_LISTS
from moderator.features.context import FeatureContext
from moderator.history.base import UNKNOWN_SNAPSHOT
from moderator.records import Kind, Linkback, LinkEvidence, Post
from moderator.text import plain, post_words, words
from moderator.urls import parse_url

TARGET = "https://ours.example.org/2024/05/growing-moss-roses/"
POST = Post(
    url=TARGET,
    title="Growing moss roses indoors | The Garden Desk",
    text="Moss roses like the sun. I keep mine on a bright window sill and water them once a week with rain water.",
)


def context(
    source: str = "https://blog.example.com/2024/05/my-window-garden/",
    *,
    target: str = TARGET,
    kind: Kind = Kind.PINGBACK,
    title: str = "",
    excerpt: str = "",
    blog_name: str = "",
    post: Post | None = None,
) -> FeatureContext:
    """The material of one linkback; nothing is known beside what is given."""
    linkback = Linkback(
        kind=kind, source_url=source, target_url=target, title=title, excerpt=excerpt, blog_name=blog_name
    )
    return FeatureContext(
        linkback=linkback,
        source=parse_url(source),
        target=parse_url(target),
        title_words=words(plain(title)),
        excerpt_words=words(plain(excerpt)),
        name_words=words(plain(blog_name)),
        post=None if post is None else post_words(post),
        evidence=LinkEvidence(),
        lists=NO_LISTS,
        snapshot=UNKNOWN_SNAPSHOT,
    )
