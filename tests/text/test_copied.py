"""What of a page is its own, and letters in disguise."""

from moderator.records import Post
from moderator.text.copied import own_words
from moderator.text.post import post_words
from moderator.text.script import without_disguise

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
