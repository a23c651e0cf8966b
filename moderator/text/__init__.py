"""What strangers and we ourselves wrote, as words: plain text, tokens, word runs, fingerprints, weights."""

from moderator.text.fingerprint import fingerprint
from moderator.text.hashing import stable_hash
from moderator.text.idf import idf
from moderator.text.plain import plain
from moderator.text.post import PostWords, post_words
from moderator.text.script import main_script
from moderator.text.tokens import shingles, words

__all__ = [
    "PostWords",
    "fingerprint",
    "idf",
    "main_script",
    "plain",
    "post_words",
    "shingles",
    "stable_hash",
    "words",
]
