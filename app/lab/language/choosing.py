"""Which of a program's values is the network, and its trace."""

from __future__ import annotations

from dataclasses import replace

from app.lab.language.methods import walk
from app.lab.language.run import Frame, Run, kind_of
from app.lab.language.trace import Trace
from app.lab.language.values import Class, Function, Graph, Module, Parameter, Tensor, Value
from app.lab.messages import LabError
from app.lab.network import Network, Node

_NAMES = ("net", "model")
_CHANNELS = ("channel", "plane", "filter", "feature", "width", "inside", "outside", "dim")
#: The one parameter of a function that is no network: it takes a setting, or a module.
_SETTINGS = frozenset(
    ("n", "k", "m", "c", "ch", "net", "model", "module", "layer", "layers", "num", "count", "size", "depth", "cfg")
    + ("config", "blocks", "num_convs", "num_layers", "num_classes", "stride", "name")
)
_NOTHING = LabError("nothing to measure: assign a network to net", mend="such as net = nn.Sequential(nn.Conv2d(3, 64, 3))")


def measured(run: Run, frame: Frame) -> Network:
    """The network of a program that has run; LabError where it made none."""
    value = _chosen(frame)
    if value is None:
        raise LabError(_NOTHING.message, mend=_NOTHING.mend)
    if isinstance(value, Graph):
        value = value.output
    if isinstance(value, Tensor):
        return _network(run, run.trace, value, None)
    run.at = None
    if isinstance(value, Class):
        value = run.instantiate(value, _arguments(run, value), {})
    if isinstance(value, Function) and not _required(value):
        value = run.call(value, ())
        if not isinstance(value, Module):
            raise LabError(_NOTHING.message, mend=_NOTHING.mend)
    trace = run.trace = Trace(run, run.input)
    root = value if isinstance(value, Module) else None
    run.path = ""
    run.names = {module: name for name, module in walk(run, root) if name} if root else {}
    result = run.call(value, (trace.input,))
    return _network(run, trace, _tensor(run, result), root)


def _chosen(frame: Frame) -> Value:
    named = [value for name, value in frame.names.items() if name in _NAMES]
    if named:
        value = named[-1]
        if isinstance(value, Module | Function | Tensor | Graph) or (isinstance(value, Class) and value.root):
            return value
        raise LabError(f"net should be a network, and it is {kind_of(value)}", mend="net = nn.Sequential(…)")
    values = list(frame.names.values())
    networks = [value for value in values if _is_network(value)]
    if networks:
        return networks[-1]
    tensors = [value for value in values if isinstance(value, Tensor) and value.batched and value.node]
    if tensors:
        return tensors[-1]
    makers = [value for value in values if isinstance(value, Function) and not _required(value)]
    return makers[-1] if makers else None


def _is_network(value: Value) -> bool:
    if isinstance(value, Class):
        return value.root is not None and value.find("forward")[1]
    if isinstance(value, Function):
        required = _required(value)
        return len(required) == 1 and required[0] not in _SETTINGS and not any(w in required[0] for w in _CHANNELS)
    return isinstance(value, Graph) or isinstance(value, Module) and value.layer.name not in ("ModuleList", "ModuleDict")


def _required(function: Function) -> tuple[str, ...]:
    parameters = function.parameters
    return parameters.names[: len(parameters.names) - len(parameters.defaults)]


def _arguments(run: Run, value: Class) -> tuple[Value, ...]:
    """What a class needs to be made: the input's channels, where it asks for channels."""
    start, found = value.find("__init__")
    if not found or not isinstance(start, Function):
        return ()
    needed = _required(start)[1:]
    unclear = [name for name in needed if not any(word in name for word in _CHANNELS)]
    if unclear:
        raise LabError(
            f"{value.name} needs {' and '.join(needed)} to be made",
            mend=f"write net = {value.name}({', '.join(f'{name}=…' for name in needed)})",
        )
    if needed:
        run.note(f"{value.name} is made with {' and '.join(needed)} = {run.input[0]}, the channels of the input")
    return (run.input[0],) * len(needed)


def _tensor(run: Run, result: Value) -> Tensor:
    if isinstance(result, tuple | list) and result and isinstance(result[0], Tensor):
        run.note("the network returns several values: the first one is measured")
        result = result[0]
    if not isinstance(result, Tensor) or result.trace is not run.trace:
        mend = "does forward end with return?" if result is None else "return what is computed from x"
        raise LabError(f"the network returns {kind_of(result)}, not a tensor computed from x", mend=mend)
    return result


def _network(run: Run, trace: Trace, output: Tensor, root: Module | None) -> Network:
    nodes, at = _reached(trace.nodes, output.node)
    return Network(
        nodes=nodes,
        output=at,
        unused=_unused(run, trace, root) if root else {},
        notes=tuple(sorted((line, text) for text, line in run.notes.items())) if run.lined else (),
        printed=tuple(run.printed),
    )


def _reached(nodes: list[Node], output: int) -> tuple[tuple[Node, ...], int]:
    """The nodes that the output depends on, and the input, numbered anew."""
    wanted = {0, output}
    for node in reversed(nodes[: output + 1]):
        if node.index in wanted:
            wanted.update(node.inputs)
    if len(wanted) == len(nodes):
        return tuple(nodes), output
    order = sorted(wanted)
    number = {old: new for new, old in enumerate(order)}
    kept = tuple(
        replace(nodes[old], index=new, inputs=tuple(number[i] for i in nodes[old].inputs))
        for new, old in enumerate(order)
    )
    return kept, number[output]


def _unused(run: Run, trace: Trace, root: Module) -> dict[str, int]:
    """Parameters that no operation of the pass uses: name of their module -> how many."""
    used = {key for node in trace.nodes for key in node.ties.values()}
    found: dict[str, int] = {}
    for module, name in ((root, ""), *run.names.items()):
        for own, value in module.fields.items():
            if isinstance(value, Parameter) and value.key not in used:
                used.add(value.key)
                label = name or own
                count = 1
                for side in value.shape:
                    count *= side
                found[label] = found.get(label, 0) + count
    return found
