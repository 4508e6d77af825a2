"""Alignments: exact against exhaustive search, and each difference has its name."""

from __future__ import annotations

import random

import pytest

from pipeline.sop.alignment import align
from pipeline.sop.order import PartialOrder

CHAIN = PartialOrder.of({"a": [], "b": ["a"], "c": ["b"], "d": ["c"]})
DIAMOND = PartialOrder.of({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"], "x": ["a"]}, ["x"])


def cheapest(trace: list[str], order: PartialOrder) -> int:
    """The cost by trying every set of steps that could be kept."""
    known = [at for at, stage in enumerate(trace) if stage in order.before]
    best = len(trace) + len(order.required)
    for mask in range(1 << len(known)):
        kept = [at for bit, at in enumerate(known) if mask >> bit & 1]
        agreed = {trace[at] for at in kept}
        in_order = all(
            trace[b] not in order.before[trace[a]]
            for n, a in enumerate(kept)
            for b in kept[n + 1 :]
        )
        if in_order and len(agreed) == len(kept):
            best = min(best, len(trace) - len(kept) + len(order.required - agreed))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_cost_is_that_of_exhaustive_search(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        names = "abcdefg"[: rng.randint(1, 7)]
        after = {n: [o for o in names[:at] if rng.random() < 0.35] for at, n in enumerate(names)}
        order = PartialOrder.of(after, [n for n in names if rng.random() < 0.3])
        trace = [rng.choice(names + "?") for _ in range(rng.randint(0, 8))]
        found = align(trace, order)
        assert found.cost == cheapest(trace, order), (trace, after)
        lost = len(found.moved) + len(found.repeated) + len(found.unknown)
        assert lost == len(trace) - len(found.kept)
        missed = [stage for stage in found.moved if stage in order.required]
        assert found.cost == lost + len(found.skipped) + len(missed)


@pytest.mark.parametrize(
    ("trace", "order", "names", "cost"),
    [
        pytest.param("abcd", CHAIN, {}, 0, id="as it should be"),
        pytest.param("abd", CHAIN, {"skipped": ("c",)}, 1, id="left out"),
        pytest.param("abbcd", CHAIN, {"repeated": ("b",)}, 1, id="twice"),
        pytest.param("ab?cd", CHAIN, {"unknown": ("?",)}, 1, id="not of this procedure"),
        pytest.param("acbd", DIAMOND, {}, 0, id="either order of two that do not wait"),
        pytest.param("axbcd", DIAMOND, {}, 0, id="an optional stage"),
        pytest.param("bcdxa", DIAMOND, {"moved": ("a",)}, 2, id="late: moved once, not all others"),
        pytest.param("xabcd", DIAMOND, {"moved": ("x",)}, 1, id="an optional stage is not missed"),
        pytest.param("", CHAIN, {"skipped": ("a", "b", "c", "d")}, 4, id="nothing happened"),
    ],
)
def test_what_differs_has_a_name(trace: str, order: PartialOrder, names: dict, cost: int) -> None:
    found = align(list(trace), order)
    assert found.cost == cost
    for kind in ("skipped", "moved", "repeated", "unknown"):
        assert getattr(found, kind) == names.get(kind, ())
    assert found.fitness == pytest.approx(1 - cost / (len(trace) + len(order.required)))


def test_who_was_too_early_for_whom() -> None:
    assert align(list("acbd"), CHAIN).early == (("c", "b"),)


def test_a_case_on_its_way_is_judged_by_what_precedes_what_it_has_shown() -> None:
    assert align(list("ab"), CHAIN.so_far("ab")).cost == 0
    assert align(list("ac"), CHAIN.so_far("ac")).skipped == ("b",)
    assert CHAIN.so_far("").stages == ()


def test_a_circle_is_named() -> None:
    with pytest.raises(ValueError, match="a -> b -> a"):
        PartialOrder.of({"a": ["b"], "b": ["a"]})


def test_a_long_trace_of_nonsense_takes_no_search() -> None:
    rng = random.Random(3)
    trace = [rng.choice("abcd") for _ in range(400)]
    assert len(align(trace, CHAIN).kept) == 4
