"""A model folder is checked before use, saved atomically, and never unpickled."""

import json

import numpy as np
import pytest

import moderator.model.folder as folder_module
from moderator.errors import ModelError
from moderator.features.row import FeatureRow, Schema
from moderator.features.wording import Channel, Wording
from moderator.model.card import CARD, FORMAT, Card, read_card
from moderator.model.folder import SCORER, load_model, save_model, scorer_bytes
from moderator.model.policy import Cutoffs
from moderator.model.runs import BUCKETS
from moderator.model.scorer import Scorer
from moderator.model.text import TextModel
from moderator.model.trees import Trees

SCHEMA = Schema(("a.x", "a.y"), (Channel("title", "the wording", 3),), ("x", "y", "the wording"), ("t",) * 3)


def scorer(leaf=1.0, buckets=BUCKETS):
    trees = Trees(
        roots=np.array([0], np.int32),
        feature=np.array([1, 0, 0], np.int32),
        threshold=np.array([0.5, np.inf, np.inf]),
        missing_left=np.array([True, True, True]),
        left=np.array([1, 1, 2], np.int32),
        right=np.array([2, 1, 2], np.int32),
        value=np.array([0.0, -leaf, leaf]),
        depth=1,
    )
    return Scorer(
        SCHEMA, {"title": TextModel(np.zeros(buckets, np.float32), 0.0)}, trees, base=0.25, slope=2.0, offset=-0.1
    )


def save(folder, leaf=1.0, **fields):
    card = Card(**{"name": "test", "schema": SCHEMA.fingerprint, "cutoffs": Cutoffs(0.1, 0.9), "files": {}, **fields})
    return save_model(folder, card, {SCORER: scorer_bytes(scorer(leaf)), "pipeline.joblib": b"not read"})


ROW = FeatureRow((0.0, 1.0), Wording("ab", "", "", ""))


def test_what_is_saved_comes_back(tmp_path):
    card = save(tmp_path / "m")
    model = load_model(tmp_path / "m", SCHEMA)
    assert model.card == card
    assert model.scorer.log_odds([ROW]) == pytest.approx(2 * (0.25 + 1.0) - 0.1)
    assert not list((tmp_path / "m").glob("*.new"))


def test_equal_scorers_give_equal_bytes():
    assert scorer_bytes(scorer()) == scorer_bytes(scorer())
    assert scorer_bytes(scorer()) != scorer_bytes(scorer(2.0))


def damage(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def edit(path, **fields):
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda m: (m / CARD).unlink(), "card.json is missing"),
        (lambda m: (m / CARD).write_text("{"), "cannot read"),
        (lambda m: (m / CARD).write_text("[]"), "not a model card"),
        (lambda m: (m / SCORER).unlink(), "missing or damaged"),
        (lambda m: damage(m / SCORER), "missing or damaged"),
        (lambda m: damage(m / "pipeline.joblib"), "missing or damaged"),
        (lambda m: edit(m / CARD, format=FORMAT + 1), "upgrade moderator"),
        (lambda m: edit(m / CARD, schema="0" * 16), "retrain it with this version"),
        (lambda m: edit(m / CARD, cutoffs={"approve_below": 0.9, "spam_from": 0.1}), "damaged"),
        (lambda m: edit(m / CARD, files={"../../etc/passwd": "0"}), "outside the folder"),
        (lambda m: edit(m / CARD, files={}), "names no scorer.npz"),
        (lambda m: edit(m / CARD, surprise=1), "damaged"),
    ],
)
def test_a_bad_folder_is_refused_with_one_clear_line(tmp_path, harm, says):
    save(tmp_path / "m")
    harm(tmp_path / "m")
    with pytest.raises(ModelError, match=says) as caught:
        load_model(tmp_path / "m", SCHEMA)
    assert "\n" not in str(caught.value)


def test_pickles_are_not_read(tmp_path):
    import hashlib
    import pickle

    save(tmp_path / "m")
    hostile = pickle.dumps(print)
    (tmp_path / "m" / SCORER).write_bytes(hostile)
    edit(tmp_path / "m" / CARD, files={SCORER: hashlib.sha256(hostile).hexdigest()})
    with pytest.raises(ModelError, match="damaged"):
        load_model(tmp_path / "m", SCHEMA)


def test_a_text_model_of_another_size_is_refused(tmp_path):
    card = Card("test", SCHEMA.fingerprint, Cutoffs(0.1, 0.9), {})
    save_model(tmp_path / "m", card, {SCORER: scorer_bytes(scorer(buckets=BUCKETS // 2))})
    with pytest.raises(ModelError, match="text_title has not 65536 weights"):
        load_model(tmp_path / "m", SCHEMA)


class Interrupted(BaseException):
    pass


@pytest.mark.parametrize("moment", range(6))
def test_an_interrupted_save_leaves_the_old_model_or_the_new_one(tmp_path, monkeypatch, moment):
    folder = tmp_path / "m"
    old = save(folder)
    moments = iter(range(100))

    def interrupt(original):
        def wrapped(*arguments):
            if next(moments) == moment:
                raise Interrupted
            return original(*arguments)

        return wrapped

    with monkeypatch.context() as patch:
        patch.setattr("moderator.model.folder._write_through", interrupt(folder_module._write_through))
        patch.setattr("pathlib.Path.replace", interrupt(type(folder).replace))
        with pytest.raises(Interrupted):
            save(folder, leaf=3.0)
    found = load_model(folder, SCHEMA)
    assert found.card == read_card(folder)
    assert float(found.scorer.trees.value.max()) == (1.0 if found.card == old else 3.0)
    assert (found.card == old) == (moment <= 3)
    # and the next save is as good as any
    save(folder, leaf=5.0)
    assert float(load_model(folder, SCHEMA).scorer.trees.value.max()) == 5.0


def test_a_save_after_an_interrupted_one_never_loses_the_model_in_use(tmp_path, monkeypatch):
    folder = tmp_path / "m"
    save(folder)
    content = {name: (folder / name).read_bytes() for name in (SCORER, "pipeline.joblib")}
    (folder / SCORER).rename(folder / (SCORER + ".new"))
    assert load_model(folder, SCHEMA)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("moderator.model.folder._write_through", full)
    with pytest.raises(ModelError, match="No space left"):
        save(folder, leaf=3.0)
    assert load_model(folder, SCHEMA)
    assert (folder / SCORER).read_bytes() == content[SCORER]
