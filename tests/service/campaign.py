"""A garden blog's linkbacks over two months: honest ones, plain spam, and a campaign of ordinary words in new guises.

The campaign's senders, domains and sentences differ from each other, and none of it is what spam filters look for: a
model that never saw it cannot be sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import NamedTuple

from moderator.records import Kind, Linkback

BLOG = "https://ours.example/"
_WORDS = {
    "garden": "roses,tulips,compost,hedges,ponds,blackbirds,clay,seedlings,tomatoes,apples,lavender,moss,thyme,leeks",
    "people": "Anna,Bela,Carl,Dora,Emil,Fritz,Greta,Hanna,Ivo,Jana,Karl,Lena,Mira,Nils,Olga,Paul",
    "did": "read,tried,copied,discussed,doubted,enjoyed,measured,photographed,repeated,translated",
    "when": "yesterday,last weekend,in the rain,after work,with my sister,before breakfast,on the balcony",
    "notes": "I {did} what you wrote on {a} {when},My {b} never looked like yours,{p} {did} the same with {c} {when},"
    "Thanks to you the {a} and the {d} are well,We {did} {d} {when} and laughed a lot,Nobody here has {did} {b} so far,"
    "{p} asks whether {c} can stand next to {a},Two years ago I {did} {d} without success,"
    "The soil here is too wet for {b} says {p},A friend {did} your way with {c} {when}",
    "wares": "solar panels,heat pumps,roof windows,wall boxes,stair lifts,water filters,garage doors,saunas",
    "whom": "families,home owners,pensioners,tenants,landlords,builders,carpenters,students",
    "cities": "Graz,Linz,Wels,Steyr,Villach,Bregenz,Krems,Leoben,Tulln,Dornbirn,Hallein,Kufstein",
    "said": "should know,often ask,have to decide,rarely calculate,can expect,need to plan",
    "vices": "viagra,cialis,casino,poker,roulette,levitra,xanax,tramadol,blackjack,slots",
}
_GARDEN, _PEOPLE, _DID, _WHEN, _NOTES, _WARES, _FOR, _CITIES, _SAID, _VICES = (
    words.split(",") for words in _WORDS.values()
)


class Sort(Enum):
    """Who sent it."""

    HONEST = "honest"
    PLAIN_SPAM = "plain spam"
    CAMPAIGN = "campaign"


def posts() -> dict[str, bytes]:
    """The blog's pages, by address."""
    return {
        f"{BLOG}2026/{each}": f"<title>All about {each}</title><article>{f'How we grow {each} in our garden. ' * 5}"
        "</article>".encode()
        for each in _GARDEN
    }


class Words(NamedTuple):
    title: str
    excerpt: str
    blog_name: str
    source_url: str


def two_months(
    end: datetime, *, honest: int, plain: int, campaign: int, seed: int = 4
) -> Iterator[tuple[Sort, Linkback]]:
    """Linkbacks in order of receipt, mixed; the last one comes at the end."""
    random = Random(seed)
    makers = {Sort.HONEST: _honest, Sort.PLAIN_SPAM: _plain, Sort.CAMPAIGN: _campaign}
    sorts = [Sort.HONEST] * honest + [Sort.PLAIN_SPAM] * plain + [Sort.CAMPAIGN] * campaign
    random.shuffle(sorts)
    step = timedelta(days=60) / len(sorts)
    for number, sort in enumerate(sorts):
        yield sort, linkback(makers[sort](number, random), number, end - step * (len(sorts) - 1 - number), random)


def linkback(words: Words, number: int, at: datetime, random: Random) -> Linkback:
    """A trackback from a network of its own."""
    return Linkback(
        **words._asdict(),
        target_url=f"{BLOG}2026/{random.choice(_GARDEN)}",
        kind=Kind.TRACKBACK,
        id=f"r{number}",
        sender_ip=f"{20 + number // 250}.{number % 250}.{random.randint(0, 255)}.{random.randint(1, 254)}",
        user_agent="WordPress/6.5",
        received_at=at,
        site="ours",
    )


def _honest(number: int, random: Random) -> Words:
    said = []
    for note in random.sample(_NOTES, random.randint(2, 4)):
        a, b, c, d = random.sample(_GARDEN, 4)
        said.append(
            note.format(
                a=a, b=b, c=c, d=d, p=random.choice(_PEOPLE), did=random.choice(_DID), when=random.choice(_WHEN)
            )
        )
    person = random.choice(_PEOPLE)
    return Words(
        f"{a.title()} and {b}, {random.choice(_WHEN)}",
        ". ".join(said) + ".",
        f"{person} and the {c}",
        f"https://{person.lower()}-{number}.example/2026/07/{a}-and-{b}",
    )


def _plain(number: int, random: Random) -> Words:
    a, b, c = random.sample(_VICES, 3)
    heap = random.sample(_VICES, 5) + random.sample([*_WARES, *_CITIES, *_GARDEN, *_PEOPLE, *_DID], 8)
    random.shuffle(heap)
    return Words(
        f"buy {a} online cheap {b}",
        " ".join(heap),
        f"{a} {c}",
        f"https://cheap-{a}-{b}-{number}.example/{c}/buy-{a}.html",
    )


def _campaign(number: int, random: Random) -> Words:
    (ware, other), (city, town) = random.sample(_WARES, 2), random.sample(_CITIES, 2)
    slug = f"{ware.replace(' ', '-')}-{city.lower()}"
    return Words(
        f"{ware.capitalize()} in {city}: what {random.choice(_FOR)} {random.choice(_SAID)}",
        f"What {random.choice(_FOR)} in {city} and {town} {random.choice(_SAID)} about {ware} and {other} before the "
        f"winter. The guide compares suppliers from {town} for {random.choice(_FOR)} and lists what they "
        f"{random.choice(_SAID)}.",
        f"{ware.capitalize()} {city}",
        f"https://{slug}-{number}.example/guide/{slug}",
    )
