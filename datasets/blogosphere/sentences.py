"""Sentences of a lexicon's languages: about a topic, about a ware, for or against it."""

from __future__ import annotations

from random import Random

from datasets.blogosphere.dice import pick
from datasets.blogosphere.lexicon.base import Form, Language

__all__ = ["nouns", "paragraph", "pitch", "pitch_title", "reply", "sentence", "stance", "stance_title", "title"]


def nouns(language: Language, topic: str) -> tuple[str, ...]:
    """The topic's nouns; a topic that the language lacks is told with another one of its own."""
    topics = language.topics
    return topics.get(topic) or topics[sorted(topics)[len(topic) % len(topics)]]


def sentence(rng: Random, language: Language, topic: str) -> str:
    """One sentence about the topic."""
    return _filled(rng, pick(rng, language.sentences), language, topic)


def title(rng: Random, language: Language, topic: str) -> str:
    """A headline about the topic."""
    return _filled(rng, pick(rng, language.titles), language, topic)


def paragraph(rng: Random, language: Language, topic: str, sentences: int) -> str:
    """Several sentences about the topic."""
    return language.gap.join([sentence(rng, language, topic) for _ in range(sentences)])


def pitch(rng: Random, language: Language, topic: str, ware: str) -> str:
    """A sentence that sells the ware."""
    return _filled(rng, pick(rng, language.pitches), language, topic, ware)


def pitch_title(rng: Random, language: Language, topic: str, ware: str) -> str:
    """A headline that sells the ware."""
    text = _filled(rng, pick(rng, language.pitch_titles), language, topic, ware)
    return text.title() if rng.random() < 0.3 else text


def stance(rng: Random, language: Language, topic: str, ware: str) -> str:
    """An honest sentence about the ware: its harm, its law, its trade."""
    return _filled(rng, pick(rng, language.stances), language, topic, ware)


def stance_title(rng: Random, language: Language, topic: str, ware: str) -> str:
    """A headline over such sentences."""
    return _filled(rng, pick(rng, language.stance_titles), language, topic, ware)


def reply(rng: Random, language: Language, topic: str) -> str:
    """A short answer to a post about the topic."""
    return _filled(rng, pick(rng, language.replies), language, topic)


def _filled(rng: Random, form: Form, language: Language, topic: str, ware: str = "") -> str:
    words, things, chance = language.places, nouns(language, topic), rng.random
    parts: list[str] = []
    for text, sort in form:
        parts.append(text)
        if not sort:
            continue
        if sort in "nmo":
            parts.append(things[int(chance() * len(things))])
        elif sort in words:
            group = words[sort]
            parts.append(group[int(chance() * len(group))])
        elif sort == "ware":
            at_start = not "".join(parts).strip()
            parts.append(ware[:1].upper() + ware[1:] if at_start else ware)
        elif sort == "number":
            parts.append(str(2 + int(chance() * 98)))
        elif sort == "year":
            parts.append(str(2019 + int(chance() * 6)))
        else:
            group = things if sort in "NMO" else words[sort.lower()]
            word = group[int(chance() * len(group))]
            parts.append(word[:1].upper() + word[1:])
    return "".join(parts)
