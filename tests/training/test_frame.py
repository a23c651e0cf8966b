"""A frame as a table."""

import numpy as np

from tests.made_frames import made_frame


def test_a_frame_as_a_table_holds_every_row_and_number() -> None:
    frame = made_frame(40)
    table = frame.to_pandas()
    assert list(table.index) == list(frame.ids)
    np.testing.assert_array_equal(table[list(frame.schema.numbers)].to_numpy(), frame.numbers)
    assert table["spam"].sum() == frame.spam.sum()


def test_a_frame_without_rows_is_a_table_without_rows() -> None:
    frame = made_frame(40)
    assert len(frame.take(np.zeros(len(frame), bool)).to_pandas()) == 0
