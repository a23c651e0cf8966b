"""What strangers and we ourselves wrote, as words: plain text, tokens, word runs, fingerprints, weights."""

from moderator.text.fingerprint import fingerprint, fingerprints
from moderator.text.hashing import stable_hash
from moderator.text.idf import idf, idf_of
from moderator.text.plain import plain
from moderator.text.post import PostWords, post_words
from moderator.text.script import main_script
from moderator.text.titles import title_parts
from moderator.text.tokens import count_of, shingles, words
from moderator.text.vocabulary import content_words, language_of, phrases_in, vocabulary

__all__ = [
    "PostWords",
    "content_words",
    "count_of",
    "fingerprint",
    "fingerprints",
    "idf",
    "idf_of",
    "language_of",
    "main_script",
    "phrases_in",
    "plain",
    "post_words",
    "shingles",
    "stable_hash",
    "title_parts",
    "vocabulary",
    "words",
]
