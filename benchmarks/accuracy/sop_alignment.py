"""Do our alignments with a partial order cost what pm4py's optimal alignments cost?

    ./dev bench accuracy.sop_alignment [--cases 5000] [--seed 1]

Cases are random: traces of imagined offices, disturbed by leaving out, moving, repeating and
inventing steps, against the profiles and against random partial orders with optional stages; half
of them are cut short and judged by what they ought to have passed so far. (No trace is empty: for
nothing that ought to be nothing we say fitness 1, pm4py 0.) pm4py (AGPL) runs as a
process of an environment of its own below .peers and is no dependency.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
from typing import Any

from benchmarks._cpu import cpu_seconds
from benchmarks._history import append
from benchmarks.peers._process import FOLDER, environment
from pipeline.sop.alignment import Alignment, align
from pipeline.sop.order import PartialOrder
from pipeline.sop.profile import load_procedure, profile_names

PACKAGES = ("pm4py==2.7.23",)
LARGEST = 24  # steps of a trace: pm4py's search takes minutes on longer nonsense
Order = tuple[dict[str, list[str]], list[str]]  # direct predecessors, and what is optional


def main() -> None:
    """Ask both, print and keep the figures; status 1 where one case differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    orders = [*profiles(), *(random_order(rng) for _ in range(20))]
    cases = [case(rng, orders) for _ in range(given.cases)]
    began = cpu_seconds()
    ours = [align(trace, order) for order, trace in cases]
    spent = cpu_seconds() - began
    theirs = peer(cases)
    figures = compared(ours, theirs) | {"cpu_s": round(spent, 3), "pm4py_cpu_s": theirs["cpu_s"]}
    print(json.dumps(figures, indent=1))
    append("sop_alignment", figures | {"seed": given.seed, "peer": PACKAGES[0]})
    raise SystemExit(figures["different"] > 0)


def profiles() -> list[PartialOrder]:
    """The orders of the profiles that come with the product, for two types of application."""
    found = [load_procedure(name) for name in profile_names()]
    return [one.order_for(type_) for one in found for type_ in ("new_adult", "lost")]


def random_order(rng: random.Random) -> PartialOrder:
    """A partial order of up to twelve stages, a fifth of them optional."""
    names = [f"s{number}" for number in range(rng.randint(2, 12))]
    after = {
        name: [other for other in names[:at] if rng.random() < 0.25]
        for at, name in enumerate(names)
    }
    return PartialOrder.of(after, [name for name in names if rng.random() < 0.2])


def case(rng: random.Random, orders: list[PartialOrder]) -> tuple[PartialOrder, list[str]]:
    """An order and a disturbed trace; every other one is cut short and judged so far."""
    order = rng.choice(orders)
    trace = linear(rng, order) or [order.stages[0]]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5))):
        disturb(rng, trace, order)
    if rng.random() < 0.5:
        trace = trace[: rng.randint(1, max(1, len(trace)))]
        return order.so_far(trace), trace[:LARGEST]
    return order, trace[:LARGEST]


def linear(rng: random.Random, order: PartialOrder) -> list[str]:
    """A trace that follows ``order``, chosen at random."""
    left = {name for name in order.stages if name in order.required or rng.random() < 0.5}
    trace: list[str] = []
    while left:
        ready = sorted(name for name in left if not order.before[name] & left)
        trace.append(rng.choice(ready))
        left.discard(trace[-1])
    return trace


def disturb(rng: random.Random, trace: list[str], order: PartialOrder) -> None:
    """Leave out, move, repeat or invent one step."""
    kind = rng.randrange(4)
    if kind == 3 or not trace:
        trace.insert(rng.randint(0, len(trace)), rng.choice(["strange", *order.stages]))
        return
    at = rng.randrange(len(trace))
    if kind == 0 and len(trace) == 1:
        return
    step = trace[at] if kind == 2 else trace.pop(at)
    if kind:
        trace.insert(rng.randint(0, len(trace)), step)


def direct(order: PartialOrder) -> Order:
    """The neighbours of every stage: what its other predecessors do not already wait for."""
    after = {
        name: sorted(
            other
            for other in order.before[name]
            if not any(other in order.before[mid] for mid in order.before[name])
        )
        for name in order.stages
    }
    return after, sorted(set(order.stages) - order.required)


def peer(cases: list[tuple[PartialOrder, list[str]]]) -> dict[str, Any]:
    """pm4py's answer for the same cases."""
    numbers: dict[str, int] = {}
    asked = []
    for order, trace in cases:
        key = json.dumps(direct(order))
        asked.append([numbers.setdefault(key, len(numbers)), trace])
    orders = [dict(zip(("after", "optional"), json.loads(key), strict=True)) for key in numbers]
    done = subprocess.run(
        [str(environment("pm4py", PACKAGES)), str(FOLDER / "pm4py_peer.py")],
        input=json.dumps({"orders": orders, "cases": asked}),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compared(ours: list[Alignment], theirs: dict[str, Any]) -> dict[str, Any]:
    """How many differ in cost or in fitness, and what the cases were like."""
    pairs = zip(ours, theirs["cost"], theirs["fitness"], strict=True)
    different = sum(
        one.cost != cost or abs(one.fitness - fitness) > 1e-12 for one, cost, fitness in pairs
    )
    return {
        "cases": len(ours),
        "different": different,
        "fitting": round(sum(one.cost == 0 for one in ours) / len(ours), 4),
        "mean_fitness": round(sum(one.fitness for one in ours) / len(ours), 6),
        "mean_fitness_pm4py": round(sum(theirs["fitness"]) / len(ours), 6),
        "largest_cost": max(one.cost for one in ours),
    }


if __name__ == "__main__":
    main()
