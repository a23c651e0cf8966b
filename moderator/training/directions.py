"""Features that can only ever speak for one side, whatever a sample of training rows happens to show.

Fixed directions cost nothing on sites that were trained on and keep a model from learning a site's accident, such as
a blog whose few pages that do not link back happen to be honest. On the real linkbacks they raised the spam caught
at 1 % of ham lost from 0.77 to 0.82.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moderator.features.row import Schema

__all__ = ["FOR_HAM", "FOR_SPAM", "directions"]

FOR_SPAM = frozenset(
    {
        "wording.title",
        "wording.excerpt",
        "wording.address",
        "wording.host",
        "domain.name_hyphens",
        "domain.suffix_class",
        "domain.name_trade_words",
        "domain.page_host",
        "domain.member_words",
        "domain.embedded_url",
        "domain.system_directory",
        "domain.path_trade_words",
        "domain.address_vice_words",
        "lists.blocked",
        "lists.shortener",
        "link.missing",
        "link.gone",
        "link.hidden",
        "link.copied_share",
        "link.dns_listed",
        "relevance.title_copies_title",
        "relevance.title_holds_title",
        "relevance.title_likeness",
        "relevance.only_title_echo",
        "relevance.excerpt_copied",
        "relevance.slug_copies_title",
        "relevance.slug_copies_slug",
        "standing.sender_spam_share",
        "standing.network_spam_share",
        "standing.domain_spam_share",
        "standing.template_spam_share",
        "standing.site_spam_share",
        "standing.site_spam",
        "echo.name_is_title",
        "echo.title_lower",
        "echo.title_trade_share",
        "echo.title_vice_words",
        "echo.title_keywordish",
        "echo.excerpt_praise",
        "echo.excerpt_republished",
        "echo.excerpt_vice_words",
        "echo.excerpt_entities",
        "echo.mixed_script_words",
        *(f"sending.{key}_{window}" for key in ("sender", "network", "template") for window in ("1h", "24h", "7d")),
        *(f"sending.{key}_targets_7d" for key in ("sender", "network", "template")),
        "sending.sender_domains_7d",
        "sending.network_domains_7d",
        "sending.template_domains_7d",
    }
)
"""More of it speaks for spam."""
FOR_HAM = frozenset(
    {
        "domain.dated_path",
        "lists.allowed",
        "lists.personal",
        "link.found",
        "link.in_article",
        "link.excerpt_on_page",
        "link.title_on_page",
        "echo.excerpt_first_share",
        "echo.excerpt_stop_share",
        "standing.site_approved",
        "standing.site_friend",
    }
)
"""More of it speaks for ham."""


def directions(schema: Schema) -> NDArray[np.int8]:
    """1, -1 or 0 for each column of the trees' input."""
    return np.array([(name in FOR_SPAM) - (name in FOR_HAM) for name in schema.columns], np.int8)
