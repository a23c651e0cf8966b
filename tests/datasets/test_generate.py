"""The generator: the same rows for the same seed, in order, in the shares asked for, readable by the library."""

import csv
import gzip
import hashlib
import io
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from datasets.blogosphere import COLUMNS, generate, generate_with_pages
from datasets.blogosphere.honest import SORTS
from datasets.blogosphere.lexicon import LEXICONS
from datasets.blogosphere.pages.templates import TEMPLATES
from datasets.blogosphere.spammers import SPAMMERS
from datasets.generate import main, write
from moderator.history.keys import sender_address
from moderator.records import LinkEvidence, LinkPosition, LinkStatus, SenderMatch
from moderator.serialization import evidence_from_json, evidence_to_json, linkback_from_json
from moderator.urls import parse_url

Row = dict[str, Any]
ROWS = 1200
SAMPLE = Path(__file__).parents[2] / "datasets" / "sample.jsonl"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(generate(5, ROWS))


@pytest.fixture(scope="module")
def checked() -> list[Row]:
    return list(generate(5, ROWS, checked=1.0))


def digest(rows: list[Row]) -> str:
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def test_the_same_seed_gives_the_same_rows(rows: list[Row]) -> None:
    assert digest(list(generate(5, ROWS))) == digest(rows)
    assert digest(list(generate(6, ROWS, checked=0.0))) != digest(rows)


def test_who_was_asked_for_first_changes_nothing() -> None:
    alone = list(islice(generate(9, 300), 300))
    first, second = generate(9, 300), generate(10, 300)
    mixed = [row for pair in zip(first, second, strict=True) for row in pair][::2]
    assert mixed == alone


def test_columns_and_ids(rows: list[Row]) -> None:
    assert all(tuple(row) == COLUMNS for row in rows)
    assert len({row["id"] for row in rows}) == len(rows) == ROWS


def test_every_row_reads_back(rows: list[Row]) -> None:
    for row in rows:
        linkback = linkback_from_json(row)
        assert linkback.id == row["id"]
        assert linkback.source_url == row["source_url"]
        assert linkback.received_at == datetime.fromisoformat(row["received_at"])
        assert parse_url(linkback.source_url).author
        assert parse_url(linkback.target_url).host == parse_url(linkback.site).host


def test_rows_are_in_time_order_within_the_period(rows: list[Row]) -> None:
    order = [(row["received_at"], row["id"]) for row in rows]
    assert order == sorted(order)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    late = sum(datetime.fromisoformat(row["received_at"]) > begin + timedelta(days=180) for row in rows)
    assert datetime.fromisoformat(rows[0]["received_at"]) >= begin
    assert late < 0.05 * len(rows), "only campaigns that began before the end go on after it"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.9, 1.0])
def test_the_share_of_spam_is_exact(share: float) -> None:
    labels = Counter(row["label"] for row in generate(3, 1000, spam=share, unlabelled=0.0, checked=0.0))
    assert labels["spam"] == round(1000 * share)
    assert labels["ham"] == 1000 - round(1000 * share)


def test_kinds_come_as_asked_in_both_classes() -> None:
    asked = {"pingback": 0.2, "trackback": 0.5, "webmention": 0.3}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in generate(4, 4000, kinds=asked, unlabelled=0.0, checked=0.0):
        counts[row["label"]][row["kind"]] += 1
    for kinds in counts.values():
        for kind, share in asked.items():
            assert kinds[kind] / kinds.total() == pytest.approx(share, abs=0.07)


def test_one_kind_alone() -> None:
    assert {row["kind"] for row in generate(4, 300, kinds={"webmention": 1}, checked=0.0)} == {"webmention"}


def test_every_sort_of_spammer_has_its_share(rows: list[Row]) -> None:
    sorts = Counter(row["sender_sort"] for row in rows)
    spam = sum(sorts[spammer.name] for spammer in SPAMMERS)
    assert sum(spammer.share for spammer in SPAMMERS) == pytest.approx(1)
    for spammer in SPAMMERS:
        assert sorts[spammer.name] / spam == pytest.approx(spammer.share, abs=0.09)


def test_labels_arrive_later_and_some_never(rows: list[Row]) -> None:
    labelled = [row for row in rows if row["label"]]
    assert all(bool(row["label"]) == bool(row["labelled_at"]) for row in rows)
    assert 1 - len(labelled) / len(rows) == pytest.approx(0.15, abs=0.03)
    delays = sorted(
        (datetime.fromisoformat(row["labelled_at"]) - datetime.fromisoformat(row["received_at"])).total_seconds()
        for row in labelled
    )
    assert delays[0] >= 600
    assert delays[-1] <= 30 * 86400 + 1
    assert 6 * 3600 < delays[len(delays) // 2] < 24 * 3600


def test_wrong_labels_are_as_many_as_asked() -> None:
    spammers = {spammer.name for spammer in SPAMMERS}
    rows = list(generate(5, 3000, flipped=0.2, unlabelled=0.0, checked=0.0))
    wrong = sum((row["label"] == "spam") != (row["sender_sort"] in spammers) for row in rows)
    assert wrong / len(rows) == pytest.approx(0.2, abs=0.03)


def test_unchecked_rows_differ_in_nothing_else(rows: list[Row], checked: list[Row]) -> None:
    hidden = [row["evidence"] == {"status": "not_checked"} for row in rows]
    assert sum(hidden) / len(rows) == pytest.approx(0.3, abs=0.03)
    for row, twin, unchecked in zip(rows, checked, hidden, strict=True):
        assert {**row, "evidence": None} == {**twin, "evidence": None}
        assert unchecked or row["evidence"] == twin["evidence"]
    assert all(row["evidence"]["status"] != "not_checked" for row in checked)


def test_evidence_passes_through_the_codec(checked: list[Row]) -> None:
    for row in checked:
        again = evidence_to_json(evidence_from_json(row["evidence"]))
        empty = evidence_to_json(LinkEvidence(status=LinkStatus.REFUSED))
        for name, value in row["evidence"].items():
            assert again[name] == value, name
        for name in set(again) - set(row["evidence"]):
            assert again[name] == empty[name], "what is left out is empty"


def test_evidence_is_consistent_with_itself_and_with_what_was_sent(checked: list[Row]) -> None:
    for row in checked:
        evidence = evidence_from_json(row["evidence"])
        read = evidence.status in {LinkStatus.FOUND, LinkStatus.MISSING}
        found = evidence.status is LinkStatus.FOUND
        assert evidence.checked_at is not None
        assert timedelta(0) < evidence.checked_at - datetime.fromisoformat(row["received_at"]) < timedelta(hours=1)
        assert evidence.text_length is not None or not read
        assert (evidence.hidden is not None) == found == (evidence.position is not LinkPosition.UNKNOWN)
        read |= evidence.status is LinkStatus.TOO_LARGE  # its first part was
        assert evidence.title_on_page is None or (read and row["title"])
        assert evidence.excerpt_on_page is None or (read and row["excerpt"])
        assert evidence.copied_share is None or (read and row["target_text"])
        if not row["sender_ip"]:
            assert evidence.sender_match is SenderMatch.UNKNOWN
        if evidence.outbound_domains is not None and evidence.outbound_links is not None:
            assert evidence.outbound_domains <= evidence.outbound_links


def test_evidence_fits_the_sort_of_sender(checked: list[Row]) -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in checked:
        found[row["sender_sort"]].append(row["evidence"]["status"] == "found")
    share = {sort: sum(values) / len(values) for sort, values in found.items()}
    assert share["blogger"] > 0.75
    assert share["autoblog"] > 0.65, "splogs that really link"
    assert share["keyword_shop"] < 0.4
    assert share["linkless"] < 0.2
    assert share["relay"] < 0.2
    assert share["fake_self"] < 0.1, "no verified self-ping is spam"
    assert share["forged"] < 0.1, "nobody links in an honest domain's name but its owner"
    assert share["dying"] < 0.4


def test_a_missing_field_tells_nothing_of_the_sender() -> None:
    counts: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: {"ham": Counter(), "spam": Counter()})
    for row in generate(8, 6000, sites=3, unlabelled=0.0, checked=0.0):
        count = counts[row["site"], row["kind"]][row["label"]]
        count["all"] += 1
        for name in ("title", "excerpt", "blog_name", "sender_ip", "target_text"):
            count[name] += not row[name]
    compared = 0
    for (site, kind), both in counts.items():
        ham, spam = both["ham"], both["spam"]
        if min(ham["all"], spam["all"]) < 100:
            continue
        compared += 1
        for name in ("title", "excerpt", "blog_name", "sender_ip", "target_text"):
            assert ham[name] / ham["all"] == pytest.approx(spam[name] / spam["all"], abs=0.12), (site, kind, name)
    assert compared > 5


def test_senders_are_nobody(rows: list[Row]) -> None:
    for row in rows:
        text = row["sender_ip"]
        assert not text or text.startswith(("2001:db8:", "10.25.50."))
        assert text.startswith("10.") or not text or sender_address(text) is not None


def test_waves_keep_their_rate_and_move_on() -> None:
    waves: dict[int, list[Row]] = defaultdict(list)
    for row in generate(2, 8000, sites=10, checked=0.0):
        if row["sender_sort"] == "wave":
            waves[row["campaign"]].append(row)
    long = [wave for wave in waves.values() if len(wave) >= 100]
    assert long
    for wave in long:
        begin, end = (datetime.fromisoformat(wave[at]["received_at"]) for at in (0, -1))
        hourly = len(wave) / ((end - begin).total_seconds() / 3600)
        assert 20 < hourly < 260
        assert len({row["site"] for row in wave}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"linkbacks": -1},
        {"spam": 1.5},
        {"checked": -0.1},
        {"kinds": {"refback": 1.0}},
        {"kinds": {}},
        {"kinds": {"pingback": 0.0}},
        {"split": "validation"},
    ],
)
def test_nonsense_is_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate(**{"seed": 1, "linkbacks": 10, **wrong})


def test_the_splits_share_neither_words_nor_wares_nor_templates() -> None:
    train, test = LEXICONS["train"], LEXICONS["test"]
    assert not {ware for wares in train.wares.values() for ware in wares} & {
        ware for wares in test.wares.values() for ware in wares
    }
    assert not {template.name for template in TEMPLATES["train"]} & {template.name for template in TEMPLATES["test"]}
    forms = [
        {
            form
            for language in lexicon.languages.faces
            for form in (*language.sentences, *language.titles, *language.pitches)
        }
        for lexicon in (train, test)
    ]
    assert not forms[0] & forms[1]
    nouns = [
        {noun for language in lexicon.languages.faces for topic in language.topics.values() for noun in topic}
        for lexicon in (train, test)
    ]
    assert len(nouns[0] & nouns[1]) <= 0.03 * len(nouns[1])


def test_the_template_tells_nothing_of_the_sender() -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for _, page, truth in generate_with_pages(3, 1500):
        template = next(
            (name for name in ("bgcolor", "commentlist", "item-view", "main.js", "h-entry") if name in page.html),
            "plain",
        )
        counts[truth][template] += 1
    for name in set(counts["ham"]) | set(counts["spam"]):
        ham, spam = (counts[truth][name] / counts[truth].total() for truth in ("ham", "spam"))
        assert ham == pytest.approx(spam, abs=0.12), name


def test_none_and_one() -> None:
    assert list(generate(1, 0)) == []
    assert len(list(generate(1, 1))) == 1


def test_the_sample_is_what_the_command_makes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = len(SAMPLE.read_text("utf-8").splitlines())
    output = tmp_path / "again.jsonl"
    assert main(["--seed", "7", "--linkbacks", str(count), "--output", str(output)]) == 0
    assert output.read_bytes() == SAMPLE.read_bytes()
    assert f"{count} linkbacks written" in capsys.readouterr().out
    assert SAMPLE.stat().st_size < 1_500_000
    assert f"--linkbacks {count} --output" in (SAMPLE.parent / "README.md").read_text("utf-8")


def test_the_dictionary_names_every_column_and_sort() -> None:
    text = (SAMPLE.parent / "README.md").read_text("utf-8")
    honest = (sort.name for sort in SORTS.faces)
    for name in (*COLUMNS, *(spammer.name for spammer in SPAMMERS), *honest, "archive", "popular"):
        assert f"`{name}`" in text


def test_forms_of_file_hold_the_same(tmp_path: Path) -> None:
    rows = [json.loads(json.dumps(row)) for row in generate(1, 60)]
    for name in ("a.jsonl", "a.jsonl.gz", "a.csv", "a.csv.gz"):
        assert write(rows, tmp_path / name) == 60
    plain, packed = (tmp_path / "a.jsonl").read_bytes(), (tmp_path / "a.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == plain
    assert [json.loads(line) for line in plain.decode().splitlines()] == rows
    table = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"))))
    assert [json.loads(row["evidence"]) for row in table] == [row["evidence"] for row in rows]
    assert [row["title"] for row in table] == [row["title"] for row in rows]
    write(rows, tmp_path / "b.jsonl.gz")
    assert (tmp_path / "b.jsonl.gz").read_bytes() == packed, "packing adds neither name nor time"


def test_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = list(generate(1, 60))
    assert write(rows, tmp_path / "a.parquet") == 60
    table = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["source_url"] for row in table] == [row["source_url"] for row in rows]
    assert json.loads(table[0]["evidence"]) == rows[0]["evidence"]


def test_a_folder_of_parquet_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("datasets.generate.FILE", 25)
    rows = list(generate(1, 60))
    assert write(rows, tmp_path / "queue") == 60
    files = sorted((tmp_path / "queue").iterdir())
    assert [file.name for file in files] == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    assert [parquet.read_metadata(file).num_rows for file in files] == [25, 25, 10]
    assert [row["id"] for file in files for row in parquet.read_table(file).to_pylist()] == [row["id"] for row in rows]
    with pytest.raises(ValueError, match="is not empty"):
        write(rows, tmp_path / "queue")


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--output", str(tmp_path / "a.xls")]) == 1
    assert "a.xls" in capsys.readouterr().err
    assert main(["--output", str(tmp_path / "a.csv"), "--spam", "2"]) == 1
    assert "spam must be" in capsys.readouterr().err
