"""A small blogosphere: sites that receive linkbacks, honest bloggers, and spammers, made from a seed."""

from datasets.blogosphere.page import page_for
from datasets.blogosphere.rows import COLUMNS
from datasets.blogosphere.stream import generate

__all__ = ["COLUMNS", "generate", "page_for"]
