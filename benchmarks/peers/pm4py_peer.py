"""pm4py 2.7.23: alignments of traces with Petri nets; runs in its own environment only.

    python benchmarks/peers/pm4py_peer.py < QUESTION.json > ANSWER.json

QUESTION: {"orders": [{"after": {stage: [stage]}, "optional": [stage]}], "cases": [[order, trace]]}.
ANSWER: {"cost": [...], "fitness": [...], "cpu_s": seconds of the alignments}.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from pm4py.algo.conformance.alignments.petri_net import algorithm
from pm4py.objects.log.obj import Event, EventLog, Trace
from pm4py.objects.petri_net.obj import Marking, PetriNet
from pm4py.objects.petri_net.utils.align_utils import STD_MODEL_LOG_MOVE_COST
from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

QUIET = {"show_progress_bar": False}


def net_of(after: dict[str, list[str]], optional: set[str]) -> tuple[Any, Any, Any]:
    """A place per pair of neighbours; a silent step at each end and beside each optional stage."""
    net = PetriNet("procedure")
    first, last = place(net, "first"), place(net, "last")
    begin, end = PetriNet.Transition("begin", None), PetriNet.Transition("end", None)
    net.transitions.update((begin, end))
    add_arc_from_to(first, begin, net)
    add_arc_from_to(end, last, net)
    ways = {stage: steps(net, stage, optional) for stage in after}
    for stage, waits in after.items():
        for other in waits or [""]:
            connect(net, ways[other] if other else [begin], ways[stage])
    for stage in set(after) - {other for waits in after.values() for other in waits}:
        connect(net, ways[stage], [end])
    if not after:
        connect(net, [begin], [end])
    return net, Marking({first: 1}), Marking({last: 1})


def place(net: Any, name: str) -> Any:
    """A new place."""
    made = PetriNet.Place(name)
    net.places.add(made)
    return made


def steps(net: Any, stage: str, optional: set[str]) -> list[Any]:
    """The transition of a stage, and the silent one beside it."""
    made = [PetriNet.Transition(stage, stage)]
    if stage in optional:
        made.append(PetriNet.Transition(f"without {stage}", None))
    net.transitions.update(made)
    return made


def connect(net: Any, before: list[Any], after: list[Any]) -> None:
    """A place that ``before`` fills and ``after`` needs."""
    between = place(net, f"{before[0].name}>{after[0].name}")
    for step in before:
        add_arc_from_to(step, between, net)
    for step in after:
        add_arc_from_to(between, step, net)


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    cases = asked["cases"]
    cost, fitness = [0] * len(cases), [0.0] * len(cases)
    began = time.process_time()
    for number, order in enumerate(asked["orders"]):
        places = [at for at, (which, _) in enumerate(cases) if which == number]
        log = EventLog([trace_of(cases[at][1]) for at in places])
        net = net_of(order["after"], set(order["optional"]))
        for at, found in zip(places, algorithm.apply_log(log, *net, parameters=QUIET), strict=True):
            cost[at] = int(found["cost"]) // STD_MODEL_LOG_MOVE_COST  # silent steps are free
            fitness[at] = found["fitness"]
    spent = round(time.process_time() - began, 2)
    json.dump({"cost": cost, "fitness": fitness, "cpu_s": spent}, sys.stdout)


def trace_of(stages: list[str]) -> Any:
    """A trace with these activities."""
    return Trace([Event({"concept:name": stage}) for stage in stages])


if __name__ == "__main__":
    main()
