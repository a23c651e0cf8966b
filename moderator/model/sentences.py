"""A decision's strongest reasons as sentences that a blog's owner can check with their own eyes.

Only such reasons are told as agree with the verdict: what speaks for spam where the verdict is spam, for ham where it
is approved, and both where it is held. The whole table of contributions is `Decision.reasons`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, zip_longest
from math import expm1, isfinite

from moderator.records import Decision, Reason, Verdict

__all__ = ["SENTENCES", "persuasive", "sentence_of"]

SENTENCES = 3
"""Sentences that are told: as many as one reads."""
_LEAST = 0.05
"""Log-odds below which a reason is not worth a sentence: about one percentage point."""

_Sentence = Callable[[float], str]


def persuasive(decision: Decision, limit: int = SENTENCES) -> tuple[str, ...]:
    """The strongest reasons in plain sentences, the strongest first.

    Args:
        decision: A decision with reasons.
        limit: Sentences at most.

    Returns:
        Sentences; empty: reasons were not asked for, or none can be told plainly.
    """
    weighty = [reason for reason in decision.reasons if abs(reason.contribution) >= _LEAST]
    weighty.sort(key=lambda reason: -abs(reason.contribution))
    against = (reason for reason in weighty if reason.contribution > 0)
    for_it = (reason for reason in weighty if reason.contribution < 0)
    chosen: Iterator[Reason]
    if decision.verdict is Verdict.SPAM:
        chosen = against
    elif decision.verdict is Verdict.APPROVE:
        chosen = for_it
    else:
        pairs = zip_longest(against, for_it) if decision.spam_probability >= 0.5 else zip_longest(for_it, against)
        chosen = (reason for reason in chain.from_iterable(pairs) if reason is not None)
    sentences: dict[str, None] = {}
    for reason in chosen:
        sentence = sentence_of(reason)
        if sentence:
            sentences[sentence] = None
        if len(sentences) == limit:
            break
    return tuple(sentences)


def sentence_of(reason: Reason) -> str:
    """One reason as a sentence; empty: it is none that can be told plainly.

    >>> sentence_of(Reason("link.copied_share", 0.26, 1.2, "share of our post that the page repeats"))
    'The page copies 26 % of your post.'
    """
    if not isinstance(reason.value, float | int) or not isfinite(reason.value):
        return ""
    sentence_for = (_FOR_SPAM if reason.contribution > 0 else _FOR_HAM).get(reason.feature)
    sentence = sentence_for(float(reason.value)) if sentence_for else ""
    return f"{sentence}." if sentence else ""


def _always(sentence: str) -> _Sentence:
    return lambda value: sentence


def _if_true(sentence: str) -> _Sentence:
    return lambda value: sentence if value > 0 else ""


def _if_false(sentence: str) -> _Sentence:
    return lambda value: sentence if value == 0 else ""


def _share(sentence: str, least: float = 0.01) -> _Sentence:
    """``{}`` becomes the percentage; a share too small to be seen is not told."""
    return lambda value: sentence.format(f"{100 * value:.0f} %") if value >= least else ""


def _count(one: str, many: str, *, logarithm: bool = False) -> _Sentence:
    """One sentence for 1 and one for more; none for 0."""

    def counted(value: float) -> str:
        number = round(expm1(value) if logarithm else value)
        return "" if number < 1 else one if number == 1 else many.format(f"{number:,}")

    return counted


def _sent(by: str) -> _Sentence:
    return _count("", f"{{}} linkbacks {by}")


_FOR_SPAM: dict[str, _Sentence] = {
    "wording.title": _always("Its title is worded like spam"),
    "wording.excerpt": _always("Its excerpt is worded like spam"),
    "wording.address": _always("Its address is spelled like a spammer's"),
    "wording.host": _always("Its host name reads like a shop's"),
    "wording.page_title": _always("The page's title reads like a spam blog's"),
    "wording.page_text": _always("The page's text reads like a spam blog's"),
    "wording.page_links": _always("The page links where spam blogs link"),
    "domain.ip_address": _if_true("Its address is a bare number instead of a name"),
    "domain.name_hyphens": _count("", "Its host name is strung together with {} hyphens"),
    "domain.suffix_class": lambda value: "Its domain has an ending that costs next to nothing" if value >= 4 else "",
    "domain.name_trade_words": _count("Its host name holds a word of shops", "Its host name holds {} words of shops"),
    "domain.page_host": _if_true("It stands at a site where anybody gets a page"),
    "domain.root_only": _if_true("It names a front page and no post"),
    "domain.member_words": _if_true("Its address is that of a member page, forum or search"),
    "domain.system_directory": _if_true("Its address lies in a directory for images or scripts, where break-ins hide"),
    "domain.path_trade_words": _count("Its address holds a word of shops", "Its address holds {} words of shops"),
    "domain.address_vice_words": _if_true("Its address holds words that honest posts hardly hold"),
    "domain.embedded_url": _if_true("Another address is hidden in its address"),
    "domain.random_segments": _if_true("Its address holds letters at random"),
    "domain_list_hits.blocked": _if_true("A blocklist names its host"),
    "domain_list_hits.shortener": _if_true("Its host shortens addresses and hides where they lead"),
    "link.missing": _if_true("The page showed no link to your post"),
    "link.found": _if_false("The page showed no link to your post"),
    "link.gone": _if_true("There is no such page"),
    "link.hidden": _if_true("The link is hidden from readers"),
    "link.in_article": _if_false("The link stands outside the page's article"),
    "link.in_furniture": _if_true("The link stands in a menu, sidebar or footer"),
    "link.in_comments": _if_true("The link stands among comments"),
    "link.copied_share": _share("The page copies {} of your post"),
    "link.excerpt_on_page": lambda value: "The excerpt does not stand on the page" if value < 0.5 else "",
    "link.title_on_page": lambda value: "The title sent does not stand on the page" if value < 0.5 else "",
    "link.link_text_share": _share("{} of the page's text are links", 0.2),
    "link.outbound_links": _count("", "The page links to {} places elsewhere", logarithm=True),
    "link.page_relevance": lambda value: "The page is about something else than your post" if value < 0.15 else "",
    "link.moved_domain": _if_true("Its address leads on to another domain"),
    "link.dns_listed": _if_true("A list of spammers names its domain or sender"),
    "page.text_trade_share": _share("{} of the page's words are words of shops", 0.03),
    "page.text_vice_share": _share("{} of the page's words are ones that honest posts hardly hold"),
    "page.text_vice_words": _count(
        "The page uses a word that honest posts hardly hold", "The page uses {} words that honest posts hardly hold"
    ),
    "page.text_set_phrases": _count("", "The page holds {} set phrases of pages made for search engines"),
    "page.text_top_share": _share("{} of the page's words are one and the same", 0.03),
    "page.text_title_density": _share("{} of the page's words just repeat its title", 0.08),
    "page.text_first_share": lambda value: "Nobody says I or we on the page" if value < 0.005 else "",
    "page.text_mixed_scripts": _if_true("The page disguises letters as those of another script"),
    "page.text_is_ours": _share("{} of the page's text are your own words"),
    "page.text_spun": _share("The page seems to be your post in other words: it shares {} of its vocabulary", 0.4),
    "page.title_is_ours": _share("The page's title is your post's title", 0.6),
    "page.title_vice_words": _if_true("The page's title holds words that honest posts hardly hold"),
    "page.title_trade_share": _share("{} of the words in the page's title are words of shops", 0.2),
    "page.title_repeats": _if_true("The page's title says the same twice"),
    "page.links_to_one": _share("{} of the page's links lead to one and the same site", 0.5),
    "page.links_vice": _count(
        "The page links to a site of a trade that spams",
        "The page links to {} sites of trades that spam",
        logarithm=True,
    ),
    "page.links_vice_share": _share("{} of the page's links lead to trades that spam"),
    "page.links_trade_share": _share("{} of the page's links lead to shops", 0.2),
    "page.article_trade": _count(
        "A link in the page's text names something sold",
        "{} links in the page's text name something sold",
        logarithm=True,
    ),
    "page.article_bought": _count(
        "A link in the page's text looks bought: it leads from something sold to a front page",
        "{} links in the page's text look bought: they lead from something sold to front pages",
        logarithm=True,
    ),
    "page.article_phrases": _count(
        "A link in the page's text looks bought: it leads from a few words in lower case to a front page",
        "{} links in the page's text look bought: they lead from a few words in lower case to front pages",
        logarithm=True,
    ),
    "page.links_paid": _share("{} of the page's links pay somebody for visitors", 0.05),
    "page.links_sponsored": _count("The page has a sponsored link", "The page has {} sponsored links", logarithm=True),
    "page.canonical_elsewhere": _if_true("The page says that it really lives on another domain"),
    "page.redirect_elsewhere": _if_true("The page sends its readers to another domain"),
    "relevance.title_copies_title": _share("Its title repeats {} of your title's words", 0.5),
    "relevance.title_holds_title": _if_true("Its title is your post's title"),
    "relevance.title_likeness": _share("Its title is nearly your post's title", 0.6),
    "relevance.title_cosine": lambda value: "Its title has nothing to do with your post" if value < 0.05 else "",
    "relevance.excerpt_cosine": lambda value: "Its excerpt has nothing to do with your post" if value < 0.1 else "",
    "relevance.excerpt_in_post": lambda value: "Its excerpt has nothing to do with your post" if value < 0.3 else "",
    "relevance.excerpt_copied": _share("{} of its excerpt are copied from your post", 0.05),
    "relevance.only_title_echo": _share("It says nothing but your own title", 0.5),
    "relevance.script_differs": _if_true("It is written in another script than your post"),
    "relevance.language_differs": _if_true("It is written in another language than your post"),
    "text_quality.title_keywordish": lambda value: "Its title is a list of keywords" if value >= 3 else "",
    "text_quality.title_lower": _if_true("Its title is all in lower case, as keywords are"),
    "text_quality.title_trade_share": _share("{} of the words in its title are words of shops", 0.2),
    "text_quality.title_vice_words": _if_true("Its title holds words that honest posts hardly hold"),
    "text_quality.title_url": _if_true("Its title holds an address"),
    "text_quality.name_is_title": lambda value: "It calls its blog by the title of the post" if value >= 1 else "",
    "text_quality.name_trade_share": _share("{} of the words in its blog's name are words of shops", 0.2),
    "text_quality.excerpt_vice_words": _if_true("Its excerpt holds words that honest posts hardly hold"),
    "text_quality.excerpt_trade_share": _share("{} of the words in its excerpt are words of shops", 0.05),
    "text_quality.excerpt_praise": _if_true("Its excerpt holds praise that fits any page"),
    "text_quality.excerpt_republished": _if_true("Its excerpt holds phrases of software that republishes posts"),
    "text_quality.excerpt_urls": _count("Its excerpt holds an address", "Its excerpt holds {} addresses"),
    "text_quality.excerpt_markup": _if_true("Its excerpt holds links in HTML or BBCode"),
    "text_quality.excerpt_stop_share": lambda value: "Its excerpt is made of keywords" if value < 0.2 else "",
    "text_quality.excerpt_first_person": _if_false("Nobody says I or we in its excerpt"),
    "text_quality.mixed_script_words": _if_true("It disguises letters as those of another script"),
    "reputation.sender_spam_share": _share("{} of what its sender sent was spam", 0.3),
    "reputation.network_spam_share": _share("{} of what its sender's network sent was spam", 0.3),
    "reputation.domain_spam_share": _share("{} of what its domain sent was spam", 0.3),
    "reputation.template_spam_share": _share("{} of those worded like it were spam", 0.3),
    "reputation.site_spam": _if_true("You called linkbacks of its domain spam before"),
    "reputation.site_spam_share": _share("{} of what its domain sent you was spam", 0.3),
    "reputation.site_grey_period": _if_true("You first heard of its domain less than a week ago"),
    "reports.spam": _count("A list that you subscribe to reports it", "{} lists that you subscribe to report it"),
    "sending.sender_1h": _sent("came from its sender within an hour"),
    "sending.sender_24h": _sent("came from its sender within a day"),
    "sending.sender_7d": _sent("came from its sender within a week"),
    "sending.network_1h": _sent("came from its sender's network within an hour"),
    "sending.network_24h": _sent("came from its sender's network within a day"),
    "sending.network_7d": _sent("came from its sender's network within a week"),
    "sending.template_1h": _sent("with nearly the same wording came within an hour"),
    "sending.template_24h": _sent("with nearly the same wording came within a day"),
    "sending.template_7d": _sent("with nearly the same wording came within a week"),
    "sending.template_domains_7d": _count("", "Nearly the same wording came from {} domains within a week"),
    "sending.template_targets_7d": _count("", "Nearly the same wording was sent to {} pages within a week"),
    "sending.sender_domains_7d": _count("", "Its sender spoke for {} domains within a week"),
    "sending.network_domains_7d": _count("", "Its sender's network spoke for {} domains within a week"),
    "copies.page_authors": _count(
        "Another domain had the same page before", "{} other domains had the same page before"
    ),
    "copies.bought_authors": _count(
        "Another domain had a link to the same site that looks bought, too",
        "{} other domains had links to the same site that look bought, too",
    ),
    "copies.title_authors": _count(
        "Another domain used the same title before", "{} other domains used the same title before"
    ),
    "copies.slug_authors": _count(
        "Another domain used the same words in its address", "{} other domains used the same words in their addresses"
    ),
    "copies.excerpt_authors": _count(
        "Another domain sent the same excerpt before", "{} other domains sent the same excerpt before"
    ),
}
"""What a feature says where it speaks for spam."""

_FOR_HAM: dict[str, _Sentence] = {
    "wording.title": _always("Its title is worded as people's titles are"),
    "wording.excerpt": _always("Its excerpt is worded as people write"),
    "wording.address": _always("Its address is spelled like a blog's"),
    "wording.host": _always("Its host name reads like a personal site's"),
    "wording.page_title": _always("The page's title reads like an honest site's"),
    "wording.page_text": _always("The page's text reads like a person's"),
    "wording.page_links": _always("The page links to sites that people link to"),
    "domain.blog_host": _if_true("It stands on a platform for blogs"),
    "domain.dated_path": _if_true("Its address holds a date, as posts' addresses do"),
    "domain.suffix_class": lambda value: "Its domain belongs to an institution or country" if value <= 1 else "",
    "domain.name_trade_words": _if_false("Its host name holds no words of shops"),
    "domain.address_vice_words": _if_false("Its address holds nothing of the trades that spam"),
    "domain_list_hits.allowed": _if_true("An allowlist names its host"),
    "domain_list_hits.personal": _if_true("A list of personal sites names its host"),
    "domain_list_hits.rank_log10": lambda value: "Its site is a popular one" if value < 6 else "",
    "link.found": _if_true("The page links to your post"),
    "link.in_article": _if_true("The link stands in the page's article"),
    "link.hidden": _if_false("Readers can see the link"),
    "link.copied_share": lambda value: "The page copies nothing of your post" if value < 0.01 else "",
    "link.excerpt_on_page": _share("The excerpt stands on the page", 0.5),
    "link.title_on_page": _share("The title sent stands on the page", 0.5),
    "link.page_relevance": lambda value: "The page is about the same things as your post" if value >= 0.15 else "",
    "link.sender_same_address": _if_true("It was sent from the page's own server"),
    "link.sender_same_network": _if_true("It was sent from the page's own network"),
    "page.text_first_share": lambda value: "Somebody speaks of themselves on the page" if value >= 0.01 else "",
    "page.text_stop_share": lambda value: "The page is written in whole sentences" if value >= 0.25 else "",
    "page.text_vice_share": lambda value: "The page says nothing of the trades that spam" if value < 0.002 else "",
    "page.text_vice_words": _if_false("The page says nothing of the trades that spam"),
    "page.text_trade_share": lambda value: "The page has few words of shops" if value < 0.02 else "",
    "page.text_title_density": lambda value: "The page does not stuff its keywords" if value < 0.08 else "",
    "page.text_top_share": lambda value: "The page does not stuff its keywords" if value < 0.04 else "",
    "page.links_vice": _if_false("The page links to none of the trades that spam"),
    "page.links_vice_share": _if_false("The page links to none of the trades that spam"),
    "page.links_to_one": lambda value: "The page links to many different sites" if value < 0.4 else "",
    "page.author": _if_true("The page names its author"),
    "page.feed": _if_true("The page has a feed"),
    "page.dated": _if_true("The page says when it was published"),
    "page.microformats": _if_true("The page is marked up as personal sites are"),
    "page.comments": _if_true("People comment on the page"),
    "relevance.title_cosine": lambda value: "Its title is about the same things as your post" if value >= 0.1 else "",
    "relevance.excerpt_cosine": lambda value: "Its excerpt is about your post" if value >= 0.1 else "",
    "relevance.excerpt_in_post": lambda value: "Its excerpt is about your post" if value >= 0.3 else "",
    "relevance.title_copies_title": lambda value: "Its title is its own" if value < 0.3 else "",
    "relevance.title_likeness": lambda value: "Its title is its own" if value < 0.3 else "",
    "text_quality.title_keywordish": lambda value: "Its title is no list of keywords" if value <= 1 else "",
    "text_quality.title_lower": _if_false("Its title is written as people write titles"),
    "text_quality.title_vice_words": _if_false("Its title says nothing of the trades that spam"),
    "text_quality.name_is_title": _if_false("Its blog has a name of its own"),
    "text_quality.excerpt_first_share": _if_true("Somebody speaks of themselves in its excerpt"),
    "text_quality.excerpt_first_person": _if_true("Somebody speaks of themselves in its excerpt"),
    "text_quality.excerpt_stop_share": lambda value: "Its excerpt is in whole sentences" if value >= 0.25 else "",
    "text_quality.excerpt_bracketed": _if_true("Its excerpt is the text around a link, as blog software sends it"),
    "text_quality.excerpt_vice_words": _if_false("Its excerpt says nothing of the trades that spam"),
    "text_quality.excerpt_praise": _if_false("Its excerpt does not flatter"),
    "reputation.domain_spam_share": lambda value: "Little of what its domain sent was spam" if value < 0.2 else "",
    "reputation.sender_spam_share": lambda value: "Little of what its sender sent was spam" if value < 0.2 else "",
    "reputation.site_approved": _if_true("You approved linkbacks of its domain before"),
    "reputation.site_friend": _if_true("You have known its domain for a week or more and approved it"),
    "sending.template_7d": lambda value: "Nobody else sent the same words within a week" if value == 0 else "",
    "sending.sender_7d": lambda value: "Its sender sent nothing else within a week" if value == 0 else "",
}
"""What a feature says where it speaks for ham."""
