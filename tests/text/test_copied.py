"""What of a page is its own, and letters in disguise."""

import sys

import pytest

from moderator.records import Post
from moderator.text import words
from moderator.text.copied import own_words, page_blocks
from moderator.text.post import post_words
from moderator.text.script import mixed_script_places, without_disguise

OURS = "We counted herons at the river for three weeks and asked the anglers what they had seen there."
POST = post_words(Post("https://blog.example/herons", "Counting herons", OURS))
OWN = "My neighbour disagrees with all of this, and she has lived beside the weir since she was a child."


def test_blocks_that_were_taken_from_us_are_left_out() -> None:
    assert own_words(f"Counting herons\n{OURS}\n{OWN}", POST) == OWN
    assert own_words(OURS, POST) == ""


def test_a_short_citation_inside_a_block_stays() -> None:
    cited = f"{OWN} She says: asked the anglers what they had seen, and so on, for as long as anybody cares to listen."
    assert own_words(cited, POST) == cited


def test_without_a_post_all_is_the_page_s_own() -> None:
    assert own_words(OURS, None) == OURS
    assert own_words("", POST) == ""


def test_disguised_copies_are_taken_for_copies() -> None:
    disguised = OURS.replace("o", "о").replace("e", "е")
    assert without_disguise(disguised) == OURS
    assert own_words(disguised, POST) == ""


def test_words_of_one_script_stay_what_they_are() -> None:
    said = "Мы считали цапель у реки with friends"
    assert without_disguise(said) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One block\nAnd another, with a cаsino\n\n  ",
        "Ὀδυσσεύς\nΣ\nΣΑΣ\nnaïve… don’t",
        "東京の\nplain\nनमस्ते दुनिया\x85 \x0bend",
        "e\n\u0301a \x1c b\u2028c",
    ],
)
def test_the_words_of_a_page_are_those_of_its_text(text: str) -> None:
    assert [word for block in page_blocks(text) for word in block] == list(words(without_disguise(text)))


def test_every_letter_that_is_foreign_is_seen_beside_a_latin_one() -> None:
    foreign = {chr(code) for code in range(0x370, 0x530) if mixed_script_places(f"a{chr(code)}")}
    folded = {each for each in map(chr, range(128, sys.maxunicode + 1)) if {each.lower(), each.upper()} & foreign}
    assert "µ" in folded
    assert all(mixed_script_places(f"a{each}") for each in folded)
