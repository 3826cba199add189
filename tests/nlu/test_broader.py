"""Ten candidates are named, five are weighed."""

from __future__ import annotations

from nlu.broader import lead_with_broader
from nlu.interpretation import MAX_CANDIDATES, MAX_WEIGHED, Candidate

CANDIDATES = [Candidate(f"topic-{i}", round(0.5 / (i + 1), 4)) for i in range(MAX_CANDIDATES)]


def test_a_narrower_topic_gives_its_confidence_to_the_broader_one() -> None:
    found = lead_with_broader(CANDIDATES[:2], {"topic-0": "broad"})
    assert found == (
        Candidate("broad", 0.5),
        Candidate("topic-0", 0.25),
        Candidate("topic-1", 0.25),
    )


def test_without_broader_topics_all_candidates_stay_as_they_are() -> None:
    assert lead_with_broader(CANDIDATES, {}) == tuple(CANDIDATES)


def test_the_leading_five_do_not_depend_on_those_behind_them() -> None:
    broader = {"topic-1": "topic-8", "topic-6": "topic-0", "topic-2": "broad"}
    all_of_them = lead_with_broader(CANDIDATES, broader)
    assert all_of_them[:MAX_WEIGHED] == lead_with_broader(CANDIDATES[:5], broader)[:MAX_WEIGHED]


def test_at_most_ten_come_back_each_once_and_best_first() -> None:
    broader = {"topic-0": "topic-9", "topic-1": "broad", "topic-3": "topic-7"}
    found = lead_with_broader(CANDIDATES, broader)
    confidences = [candidate.confidence for candidate in found]
    assert len(found) == len({candidate.topic for candidate in found}) == MAX_CANDIDATES
    assert confidences == sorted(confidences, reverse=True)


def test_no_candidates_stay_none() -> None:
    assert lead_with_broader([], {"topic-0": "broad"}) == ()
