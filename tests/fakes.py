"""Stand-ins that several tests share."""

from collections.abc import Iterable, Iterator, Sequence

from moderator.history.base import UNKNOWN_SNAPSHOT, Snapshot
from moderator.records import Case, Decision, Linkback, LinkEvidence, Reason, Verdict
from moderator.replay import HistoryEvent, SeenPage, UnseenPage
from moderator.serialization import case_to_json
from moderator.text import stable_hash


class FakeJudge:
    """Judges by what a case says alone, and notes which cases came, in which order, how many at a time.

    A linkback whose title is ``stop`` is answered with KeyboardInterrupt, as if a person had pressed Ctrl-C.
    """

    def __init__(self) -> None:
        self.seen: list[Case] = []
        self.calls: list[int] = []
        self.recorded: list[Decision] = []

    model_name = "fake"

    @property
    def scorer(self) -> "FakeJudge":
        return self

    def advance(self, events: Sequence[HistoryEvent]) -> list[Snapshot | Exception]:
        return [UNKNOWN_SNAPSHOT] * len(events)

    def record_decisions(self, decisions: Sequence[Decision]) -> None:
        self.recorded += decisions

    verifies = False

    def recent_evidence(self, linkbacks: Sequence[Linkback]) -> list[LinkEvidence | None]:
        return [None] * len(linkbacks)

    def look(self, unseen: Sequence[UnseenPage]) -> list[SeenPage | None]:
        raise AssertionError("nobody wants to see a page")

    def decide_cases(self, cases: Sequence[Case], pasts: object, reasons: int) -> tuple[list[Decision], list[None]]:
        return list(self.check_many(cases, reasons=reasons)), [None] * len(cases)

    @property
    def ids(self) -> list[str]:
        return [case.linkback.id for case in self.seen]

    def check_many(
        self, cases: Iterable[Case], *, reasons: int = 8, chunk: int = 1000, verify: bool = False
    ) -> Iterator[Decision]:
        self.calls.append(0)
        for case in cases:
            if case.linkback.title == "stop":
                raise KeyboardInterrupt
            self.seen.append(case)
            self.calls[-1] += 1
            yield self.decide(case, reasons)

    def decide(self, case: Case, reasons: int = 8) -> Decision:
        chance = (stable_hash(repr(case_to_json(case))) % 1000) / 1000
        verdict = Verdict.SPAM if chance > 0.6 else Verdict.HOLD if chance > 0.3 else Verdict.APPROVE
        told = (Reason("fake.hash", chance, chance - 0.5, "a hash of what was said"),) * min(reasons, 2)
        return Decision(case.linkback.id, verdict, chance, told, case.evidence)
