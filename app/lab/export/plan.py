"""What an exported program measures again, by experiment: which parts it is made of, and the numbers to compare."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.lab import counting, receptive_field, viewpoints, zoo
from app.lab.export import sight
from app.lab.export.subject import Subject, reading, subject
from app.lab.export.texts import reserved
from app.lab.messages import RunSpec
from app.lab.network import WEIGHTED

Numbers = dict[str, Any]

#: Why the same program may end elsewhere, in the words that it prints at its end.
_EXACT = "Counts, shapes and fields of view are the same everywhere."
_DIGITS = "On another kind of processor, or another version of torch, the last digits of the others may differ."
_TRAINED = "Training makes much of the last digits: on another processor or version it may end elsewhere."


@dataclass(frozen=True)
class Plan:
    """``parts`` are in the order in which they stand; the last one measures and compares."""

    parts: Sequence[str]
    #: What stands in the table ``RUN``: literals of Python alone.
    numbers: Numbers
    subject: Subject | None = None
    #: Whether it needs the lab's own stacks.
    stacks: bool = False
    #: What of the run is not measured again, and why: a piece of a sentence each.
    left_out: Sequence[str] = ()


def plan(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    """How to measure again what a finished run measured. Raises LabError for a network that cannot be read again."""
    made = _PLANS[spec.experiment](spec, result)
    torch = result["versions"].get("torch")
    known: Numbers = {
        "id": spec.id,
        "seed": spec.seed,
        "by": f"torch {torch} on {result['device']}" if torch else "arithmetic, without torch",
    }
    if spec.input:
        known["input"] = list(spec.input)
    if spec.options and made.stacks:
        known["options"] = dict(spec.options)
    return Plan(made.parts, {**known, **made.numbers}, made.subject, made.stacks, made.left_out)


def _parameters(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    parts = ("count", "parameters")
    found = subject(spec, reading(spec), reserved(parts), values=False)
    numbers = {
        "parameters": result["total"]["params_with_unused"] if not found.why else result["total"]["params"],
        "multiply-adds": result["total"]["macs"],
        "layers": [[row["name"], row["output"], row["macs"]] for row in result["layers"] if row["kind"] in WEIGHTED],
        "remarks": [_EXACT],
    }
    return Plan(parts, numbers, found, left_out=("activations and depth, which the lab reads off the whole graph",))


def _receptive_field(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    parts = ("count", "draw", "effective", "receptive_field")
    made = reading(spec)
    asked = [view for view in (result["effective"], *result["along"]) if view]
    looked_from = sight.looked_from(spec, made.network, result)[: len(asked)]
    found = subject(spec, made, reserved(parts), looked_from, values=True)
    views, passed = sight.seen(found, result)
    init = cast(str, spec.options["init"])
    numbers = {
        "felt": [
            {**sight.felt(found, node, view, init), "std": view["std"], "core": view["core"]["pixels"]}
            for node, view in zip(looked_from, asked, strict=True)
            if not view["zero"]
        ],
        "seen": views,
        "remarks": [_EXACT, _DIGITS],
    }
    left_out = ["sizes and steps between units beyond the image’s edge, which are arithmetic"]
    if passed:
        left_out.append(f"{passed} of the {passed + len(views)} fields, seen from operations that are no layers")
    return Plan(parts, numbers, found, left_out=left_out)


def _trace(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    parts = ("count", "draw", "trace")
    made = reading(spec)
    found = subject(spec, made, reserved(parts), values=True)
    if not found.names:
        operations = [node.index for node in made.network.nodes if node.inputs]
        found = subject(spec, made, reserved(parts), operations, values=True)
    # The steps are the nodes after the input that the output needs, which are all there are.
    steps = [
        {"layer": found.names[index], "call": found.calls[index], "name": step["name"], "shape": step["shape"]}
        | {figure: step[figure] for figure in ("mean", "std", "zeros")}
        for index, step in enumerate(result["steps"], 1)
        if index in found.names
    ]
    numbers = {
        "init": spec.options["init"],
        "drawn": found.drawn(),
        "steps": steps,
        "remarks": [_EXACT, _DIGITS],
    }
    between = len(result["steps"]) - len(steps)
    left_out = [f"{between} of {len(result['steps'])} steps, functions between the layers"] if between else []
    return Plan(parts, numbers, found, left_out=left_out)


def _measures(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    measured = dict(result["measures"])
    trained = bool({"loss", "accuracy"} & measured.keys())
    valued = trained or bool({"erf", "grad_ratio"} & measured.keys())
    parts = [
        *("count",),
        *(("draw",) if valued else ()),
        *(("effective",) if "erf" in measured else ()),
        *(("digits", "descend") if trained else ()),
        "measures",
    ]
    made = reading(spec)
    theory = receptive_field.trace(made.network)
    node = viewpoints.last(made.network, theory, "") if measured.get("erf") else None
    found = subject(spec, made, reserved(parts), () if node is None else (node,), values=valued)
    graph = ("activations", "depth", "shortest_path", "rf", "uses", "same_as")
    total = cast(dict[str, int], counting.count(found.network)["total"])
    numbers: Numbers = {
        "parameters": total["params" if found.why else "params_with_unused"],
        "measures": {name: value for name, value in measured.items() if name not in graph},
        "remarks": [_EXACT, *([_DIGITS] if valued else []), *([_TRAINED] if trained else [])],
    }
    if valued:
        numbers["drawn"] = found.drawn()
    if trained:
        numbers["steps"] = spec.options["steps"]
    if node is not None:
        shape = made.network.nodes[node].shape
        unit = (shape[1] // 2, shape[2] // 2)
        row = cast(list[dict[str, list[float]]], theory["layers"])[node - 1]
        view = {
            "unit": list(unit),
            "field": list(viewpoints.box(row, unit, made.network.input)),
            "samples": viewpoints.samples(made.network, [node], viewpoints.SAMPLES),
        }
        numbers["felt"] = sight.felt(found, node, view, "he")
    else:
        numbers["measures"].pop("erf", None)
    out = [name for name in measured if name in graph]
    return Plan(parts, numbers, found, left_out=[f"{', '.join(out)}, which the lab reads off the graph"] if out else [])


def _gradient_flow(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    rows = [
        {"name": one["name"], "depth": one["depth"], "skip": one["skip"], "seed": found["seed"]}
        | {"loss": found["loss"], "weights": found["weights"]}
        for one in result["series"]
        for found in one["frames"][-1]["seeds"]
    ]
    # Of each stack's norms the program shows the ends.
    stacks = [{**row, "weights": [row["weights"][0], *row["weights"][-2:]]} for row in rows]
    remark = _TRAINED if spec.options["steps"] else _DIGITS
    return Plan(("gradient_flow",), {"stacks": stacks, "remarks": [remark]}, stacks=True)


def _degradation(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    racers = [
        {"name": one["name"], "depth": one["depth"], "skip": one["skip"], "seed": spec.seed + number}
        | {figure: one["final"][figure][number] for figure in ("loss", "accuracy")}
        for one in result["series"]
        for number in range(len(one["final"]["loss"]))
    ]
    return _digits(("degradation",), {"racers": racers})


def _landscape(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    kept = ("name", "skip", "side", "centre", "lowest", "highest", "minima")
    nets = [{name: one[name] for name in kept} for one in result["nets"]]
    return _digits(("trained", "landscape"), {"extent": result["extent"], "nets": nets})


def _lesion(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    nets = [{name: one[name] for name in ("name", "skip", "whole", "blocks")} for one in result["nets"]]
    return _digits(("trained", "lesion"), {"nets": nets}, ("lesions of several blocks at once",))


def _feature_maps(spec: RunSpec, result: Mapping[str, Any]) -> Plan:
    if "best" in result:
        return _loaded(result)
    layers, without = result["layers"], result["without"]
    numbers: Numbers = {
        "picture": result["image"] if result["label"] is None else None,
        "means": [_mean(layer["maps"]) for layer in layers],
        "means without": [_mean(layer["changed"]) for layer in layers] if without else None,
        "scores": result["scores"],
        "scores without": without,
    }
    return _digits(("trained", "feature_maps"), numbers, ("the maps themselves, of which it compares the means",))


def _loaded(result: Mapping[str, Any]) -> Plan:
    """A network of the zoo with weights that lie on the server's disk, and in no program."""
    made = reading(RunSpec("parameters", network=result["name"], input=(3, 224, 224)))
    own = Subject(made.network, "", zoo.source(result["name"]), "", "", "", {})
    numbers = {"file": result["file"], "picture": result["picture"], "best": result["best"], "remarks": [_DIGITS]}
    return Plan(("loaded",), numbers, own, left_out=("its maps", "what changes without a block"))


def _digits(parts: Sequence[str], numbers: Numbers, left_out: Sequence[str] = ()) -> Plan:
    """A plan with stacks that learn the digits."""
    return Plan(("digits", "descend", *parts), {**numbers, "remarks": [_TRAINED]}, stacks=True, left_out=left_out)


def _mean(maps: Sequence[Sequence[Sequence[float]]]) -> float:
    return statistics.fmean(value for channel in maps for row in channel for value in row)


_PLANS: Mapping[str, Callable[[RunSpec, Mapping[str, Any]], Plan]] = {
    "parameters": _parameters,
    "receptive-field": _receptive_field,
    "gradient-flow": _gradient_flow,
    "degradation": _degradation,
    "landscape": _landscape,
    "lesion": _lesion,
    "feature-maps": _feature_maps,
    "trace": _trace,
    "measures": _measures,
}
