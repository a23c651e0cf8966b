"""URLs as strangers write them: parsed once, never raising, and brought to one form for comparison."""

from moderator.urls.authors import is_own_page
from moderator.urls.canonical import canonical, same_page
from moderator.urls.parse import Url, host_of, is_front_page, parse_url

__all__ = ["Url", "canonical", "host_of", "is_front_page", "is_own_page", "parse_url", "same_page"]
