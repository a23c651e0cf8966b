"""What the look at the page is worth: generated linkbacks with pages behind them, with and without evidence.

Run: python -m tests.benchmarks.link_ablation [linkbacks]

The pages are made by `datasets.blogosphere` and read by the real reader; only the network is left out. The
classifier is a plain boosted one over all numeric features, fitted on the first 70 % by time. Printed are each link
feature's mean among ham and spam with its own AUC (0.5: says nothing; above: speaks for spam), and the AUC on the last
30 % with and without the evidence. The pages are generated, so the figures show directions, not what the web is like.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from datasets.blogosphere.stream import generate
from moderator.features.extractor import Extractor
from moderator.features.link import LINK
from moderator.history.memory import MemoryHistory
from moderator.records import Case, Label, LinkEvidence
from moderator.replay import Replay
from moderator.tables.rows import case_of


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    cases = [case_of(row) for row in generate(11, count, checked=1.0)]
    masked = [Case(case.linkback, case.post, LinkEvidence(), case.label, case.labelled_at) for case in cases]
    tables = []
    for given in (cases, masked):
        replay = Replay(MemoryHistory(), Extractor())
        tables.append(np.array([replay.extract_and_record(case).row.numbers for case in given]))
    known = np.array([case.label is not None for case in cases])
    spam = np.array([case.label is Label.SPAM for case in cases])
    schema = Extractor().schema
    with_evidence, without = tables

    print(f"{'link feature':28} {'ham':>8} {'spam':>8} {'known':>6} {'AUC':>6}")
    for name in LINK.names:
        column = with_evidence[:, schema.numbers.index(name)]
        seen = known & ~np.isnan(column)
        if len(set(column[seen])) < 2:
            continue
        auc = roc_auc_score(spam[seen], column[seen])
        ham_mean, spam_mean = column[seen & ~spam].mean(), column[seen & spam].mean()
        print(f"{name:28} {ham_mean:8.3f} {spam_mean:8.3f} {seen.sum() / known.sum():6.2f} {auc:6.3f}")

    cut = int(0.7 * count)
    first, last = known & (np.arange(count) < cut), known & (np.arange(count) >= cut)
    aucs = []
    for name, table in (("without evidence", without), ("with evidence", with_evidence)):
        table = table[:, [len(set(column[~np.isnan(column)])) > 1 for column in table[first].T]]  # it needs two values
        model = HistGradientBoostingClassifier(max_iter=150, max_leaf_nodes=15, random_state=0)
        model.fit(table[first], spam[first])
        aucs.append(roc_auc_score(spam[last], model.predict_proba(table[last])[:, 1]))
        print(f"AUC {name:18} {aucs[-1]:.4f} on {last.sum()} later linkbacks")
    return 0 if aucs[1] > aucs[0] else 1


if __name__ == "__main__":
    raise SystemExit(main())
