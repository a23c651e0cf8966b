import pytest

from moderator.text.anchors import anchor_of


@pytest.mark.parametrize("text", ["payday loans", "loans", "scarpe scontate", "Cheap Loans and Casino Bonus"])
def test_what_is_sold_looks_bought(text: str) -> None:
    assert anchor_of(text).bought


@pytest.mark.parametrize(
    "text",
    ["", "Ann", "Ann's Garden", "moss", "example.org/moss", "7 notes on moss", "Loans & Sons", "庭 の 花", "a b c d e"],
)
def test_names_and_sentences_do_not(text: str) -> None:
    assert not anchor_of(text).bought


def test_a_keyword_is_short_and_in_lower_case() -> None:
    assert [anchor_of(text).keyword for text in ("moss", "7 notes on moss", "Moss", "example.org", "庭", "")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
