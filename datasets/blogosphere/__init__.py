"""A small blogosphere: sites that receive linkbacks, honest bloggers, and spammers, made from a seed."""

from datasets.blogosphere.pages.reading import Page
from datasets.blogosphere.rows import COLUMNS
from datasets.blogosphere.stream import generate, generate_with_pages

__all__ = ["COLUMNS", "Page", "generate", "generate_with_pages"]
