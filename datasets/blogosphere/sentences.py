"""Sentences about a topic, from small grammars written for this generator.

Fixed runs between the open places are short, so that two texts seldom share four words in a row: near-duplicates in
the generated data are spammers' templates and copies, not an accident of the grammar.
"""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import Final

from datasets.blogosphere.dice import pick
from datasets.blogosphere.words import TOPICS

__all__ = ["nouns", "paragraph", "sentence", "title"]

_OPEN: Final[dict[str, dict[str, str]]] = {
    "en": {
        "a": "quiet stubborn cheap wonderful odd free rusty clever local best simple expensive early gentle noisy "
        "broken "
        "useful online brilliant unlikely dull crowded honest fresh",
        "v": "compares repairs ignores replaces explains beats ruins reminds-me-of leads-to depends-on improves needs "
        "questions outlives saves changes",
        "p": "yesterday last-week on-Sunday this-morning again by-accident for-years over-lunch in-March "
        "after-midnight "
        "with-friends at-work so-far without-warning next-door twice",
        "w": "I we she he they Martin Alice nobody everyone readers somebody Jonas Priya our-neighbour Wendy Tomas",
        "d": "tried wrote-about photographed measured sold borrowed forgot recommended lost rebuilt noticed discussed "
        "planned tested counted painted",
    },
    "de": {
        "a": "ruhig teuer günstig seltsam einfach laut nützlich früh kaputt klug frisch langsam",
        "v": "ersetzt erklärt verändert rettet braucht verbessert stört überlebt ergänzt schlägt",
        "p": "gestern heute-früh im-März zufällig seit-Jahren nach-Feierabend schon-wieder nebenan zweimal im-Urlaub",
        "w": "ich wir Jana Tobias jemand niemand die-Nachbarin mein-Bruder Leser Kollegen",
        "d": "probiert beschrieben gemessen verkauft vergessen empfohlen verloren geplant getestet bemerkt",
    },
    "fr": {
        "a": "utile cher discret étrange simple bruyant gratuit rapide tranquille fragile honnête inutile",
        "v": "remplace explique change sauve améliore rappelle dépasse ruine complète précède",
        "p": "hier ce-matin en-mars par-hasard depuis-longtemps après-minuit encore deux-fois au-travail en-vacances",
        "w": "on Camille Hugo personne quelqu'un ma-voisine mon-frère Inès le-facteur Louis",
        "d": "essayé décrit mesuré vendu oublié conseillé perdu prévu testé remarqué",
    },
    "es": {
        "a": "útil caro tranquilo raro simple ruidoso gratis rápido frágil honesto temprano barato",
        "v": "reemplaza explica cambia salva mejora recuerda supera arruina completa necesita",
        "p": "ayer esta-mañana en-marzo por-casualidad desde-hace-años otra-vez dos-veces en-casa sin-aviso el-domingo",
        "w": "Lucía Mateo nadie alguien mi-vecina mi-hermano Carmen Andrés el-cartero Sofía",
        "d": "probado descrito medido vendido olvidado recomendado perdido planeado contado pintado",
    },
    "ru": {
        "a": "полезно дорого странно просто громко бесплатно быстро тихо свежо честно",
        "v": "заменяет объясняет меняет спасает улучшает напоминает портит дополняет требует опережает",
        "p": "вчера сегодня в-марте случайно давно снова дважды дома ночью в-отпуске",
        "w": "Анна Игорь никто кто-то соседка брат Мария почтальон Павел читатели",
        "d": "пробовали описали измерили продали забыли советуют потеряли планируют проверили заметили",
    },
    "ja": {
        "a": "静かな 高い 変な 便利な 新しい 古い 小さな 安い 大切な 遅い",
        "v": "を直す を変える を助ける を超える を選ぶ を思い出す を比べる を待つ",
        "p": "昨日 今朝 三月に 偶然 昔から また 二度 家で 夜中に 休みに",
        "w": "私 友人 隣人 兄 誰か 美咲 健太 読者",
        "d": "試した 書いた 測った 売った 忘れた 勧めた 失くした 数えた",
    },
}
"""Words for the open places: adjectives, verbs, times, who, what they did; a hyphen stands for a blank inside."""

_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "{W} {d} the {a} {n} {p}, and {m} {v} {o}.",
        "{P}, {w} {d} {n} near {a} {m}.",
        "Every {a} {n} {v} {m}, says {w}.",
        "{N} {v} {m}; {w} {d} {o} {p}.",
        "Is {a} {n} worth more than {m} and {a} {o}?",
        "With {n} so {a}, {w} {d} {m} {p}.",
        "How {w} {d} {n}: {a} {m}, {a} {o}, then {p} nothing.",
        "{P} {w} {d} {number} {n} for {a} {m}.",
        "{N}, {m} or {a} {o}? {W} {d} both {p}.",
        "What {w} {d} {p} about {a} {n} {v} {m}.",
    ),
    "de": (
        "{W}: {n} {p} {d}, denn {m} ist {a}.",
        "{N} {v} {m}, {p} auch {o}.",
        "{P} haben {w} {n} und {m} {d}.",
        "Ist {n} so {a} wie {m} oder {o}?",
        "{N} bleibt {a}, {m} {v} {o} {p}.",
        "{W}, {p}: {number} {n}, kein {m}, alles {a}.",
    ),
    "fr": (
        "{P}, {w} a {d} {n} avec {m}.",
        "{N} {v} {m}, et {o} reste {a}.",
        "{W} a {d} {number} {n} {p}.",
        "{N} ou {m}? {P}, c'est {a}.",
        "Rien de {a}: {n}, {m}, puis {o} {p}.",
    ),
    "es": (
        "{P}, {w} ha {d} {n} con {m}.",
        "{N} {v} {m}, y {o} sigue {a}.",
        "{W} ha {d} {number} {n} {p}.",
        "¿{N} o {m}? {P} es {a}.",
        "Nada {a}: {n}, {m}, luego {o} {p}.",
    ),
    "ru": (
        "{P} {w} и {n}: {m} это {a}.",
        "{N} {v} {m}, а {o} {p}.",
        "{W}: {n} {d} {p}, {m} тоже.",
        "{N} или {m}? {P} {a}.",
        "{number} {n}, {m} и {o}: {a} {p}.",
    ),
    "ja": (
        "{p}、{w}は{a}{n}を{d}。",
        "{n}は{a}{m}{v}。",
        "{a}{n}と{m}、{p}{o}も{d}。",
        "{w}が{p}{d}のは{n}と{a}{m}。",
    ),
}
_TITLES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "{A} {n} and {m}", "On {n}", "Why {w} {d} {n}", "{N}, {p}", "{number} notes about {n}", "The {a} {n}",
        "{N} or {m}?", "{A} {n}, {a} {m}", "{W} and the {n}", "How {n} {v} {m}",
    ),
    "de": ("{N} und {m}", "{N}, {p}", "{number} Gedanken zu {n}", "Warum {n} {a} bleibt", "{W} und {n}"),
    "fr": ("{N} et {m}", "{N}, {p}", "{number} notes sur {n}", "{W} et {n}", "{N}: {a}"),
    "es": ("{N} y {m}", "{N}, {p}", "{number} apuntes sobre {n}", "{W} y {n}", "{N}: {a}"),
    "ru": ("{N} и {m}", "{N}: {p}", "{number} заметок: {n}", "{W} и {n}"),
    "ja": ("{a}{n}と{m}", "{n}の話", "{p}の{n}", "{w}と{a}{n}"),
}  # fmt: skip
_PLACE: Final = re.compile(r"\{(\w+)\}")
Form = tuple[tuple[str, str], ...]
"""Text before an open place, and the place's sort; the last sort is empty."""


def _compiled(forms: tuple[str, ...]) -> tuple[Form, ...]:
    compiled = []
    for form in forms:
        parts = _PLACE.split(form)
        compiled.append(tuple(zip(parts[::2], [*parts[1::2], ""], strict=True)))
    return tuple(compiled)


_SENTENCES: Final = {language: _compiled(forms) for language, forms in _FORMS.items()}
_HEADINGS: Final = {language: _compiled(forms) for language, forms in _TITLES.items()}
_WORDS: Final = {
    language: {sort: tuple(word.replace("-", " ") for word in text.split()) for sort, text in places.items()}
    for language, places in _OPEN.items()
}


@lru_cache(maxsize=256)
def nouns(language: str, topic: str) -> tuple[str, ...]:
    """The topic's nouns; a topic that the language lacks is told with another one of its own."""
    topics = TOPICS[language]
    text = topics.get(topic) or topics[sorted(topics)[len(topic) % len(topics)]]
    return tuple(word.replace("-", " ") for word in text.split())


def _filled(rng: Random, form: Form, language: str, topic: str) -> str:
    words, things = _WORDS[language], nouns(language, topic)
    parts: list[str] = []
    for text, sort in form:
        parts.append(text)
        if not sort:
            continue
        if sort == "number":
            parts.append(str(2 + int(rng.random() * 98)))
            continue
        lower = sort.lower()
        word = pick(rng, things if lower in "nmo" else words[lower])
        parts.append(word if sort == lower else word[:1].upper() + word[1:])
    return "".join(parts)


def sentence(rng: Random, language: str, topic: str) -> str:
    """One sentence about the topic."""
    return _filled(rng, pick(rng, _SENTENCES[language]), language, topic)


def title(rng: Random, language: str, topic: str) -> str:
    """A headline about the topic."""
    return _filled(rng, pick(rng, _HEADINGS[language]), language, topic)


def paragraph(rng: Random, language: str, topic: str, sentences: int) -> str:
    """Several sentences about the topic."""
    gap = "" if language == "ja" else " "
    return gap.join([sentence(rng, language, topic) for _ in range(sentences)])
