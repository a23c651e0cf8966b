from moderator.features.extractor import Extractor
from moderator.training.monotonic import FOR_HAM, FOR_SPAM, monotonic_constraints


def test_every_direction_names_a_feature_and_only_one_side():
    columns = set(Extractor().schema.columns)
    assert columns >= FOR_SPAM | FOR_HAM
    assert not FOR_SPAM & FOR_HAM
    found = monotonic_constraints(Extractor().schema)
    assert (found == 1).sum() == len(FOR_SPAM)
    assert (found == -1).sum() == len(FOR_HAM)
