"""Word lists are read whole, phrases are found, languages are told."""

import pytest

from moderator.text import language_of, phrases_in, title_parts, vocabulary, words


def test_every_list_holds_something() -> None:
    for name, value in vocabulary()._asdict().items():
        assert value, name


def test_words_are_in_the_form_of_tokens() -> None:
    known = vocabulary()
    for word in known.stop | known.first_person | known.trade | known.vice:
        assert words(word) == (word,)
    for phrases in (known.republished, known.praise):
        for first, rests in phrases.rest.items():
            for word in {*first, *(word for rest in rests for pair in rest for word in pair)}:
                assert words(word) == (word,)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("please read more of it", 1),
        ("read the whole story", 1),
        ("read the book", 0),
        ("go to the source", 1),
        ("more", 0),
    ],
)
def test_phrases(text: str, count: int) -> None:
    tokens = words(text)
    assert phrases_in(tokens, vocabulary().republished) == count


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("this is what the people of the town have said", "en"),
        ("das ist nicht der Weg, den wir gehen", "de"),
        ("je suis dans le jardin avec des roses et du vin", "fr"),
        ("los niños están muy contentos con sus libros", "es"),
        ("il giardino della casa e gli alberi sono belli", "it"),
        ("não são os livros do meu irmão, mas ao menos", "pt"),
        ("het huis van de buren is niet te koop", "nl"),
        ("roses", ""),
        ("", ""),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(words(text)) == language


def test_title_parts() -> None:
    assert title_parts("A - B | C») D") == ("A", "B", "C", ") D")
    assert title_parts("well-kept") == ("well-kept",)
    assert title_parts(" | ") == ()
