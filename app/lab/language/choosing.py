"""Which of a program's values is the network, and its trace."""

from __future__ import annotations

from math import prod

from app.lab import limits
from app.lab.language.compiler.charges import located
from app.lab.language.kinds import kind_of
from app.lab.language.library.module_methods import walk
from app.lab.language.run import MEASURED, Frame, Run
from app.lab.language.trace import Trace
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Graph,
    Instance,
    LayerType,
    Method,
    Module,
    Parameter,
    Tensor,
    Value,
)
from app.lab.language.words import shown
from app.lab.messages import LabError
from app.lab.network import Network, Node

#: What names of channel counts hold.
_CHANNELS = ("ch", "plane", "filter", "feature", "width", "inside", "outside", "dim")
#: The one parameter of a function that is no network: it takes a setting, or a module.
_OTHERS = frozenset({"n", "k", "m", "c", "count", "size", "depth", "stride", "name", "blocks", "cfg", "config"})
_MODULES = frozenset({"net", "model", "module", "layer", "layers"})


def measured(run: Run, frame: Frame) -> Network:
    """The network of a program that has run; LabError where it made none."""
    value = _chosen(run, frame)
    if value is None:
        raise _nothing()
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
            raise _nothing()
    forward = _forward(value)
    if forward:
        _expect_one_input(forward, len(_required(forward)) - (forward is not value))
    trace = run.trace = Trace(run, run.input)
    root = value if isinstance(value, Module) else None
    run.path = ""
    try:
        run.names = {module: name for name, module in walk(run, root) if name} if root else {}
        result = _tensor(run, run.call(value, (trace.input,)), forward)
    except LabError as error:
        raise located(error, root.place if root else None) from None
    return _network(run, trace, result, root)


def called(run: Run, frame: Frame) -> str:
    """What Python calls the module that ``measured`` takes, once the program has run; empty where it is none."""
    value = _chosen(run, frame)
    name = next((name for name, other in reversed(frame.names.items()) if other is value), "")
    if isinstance(value, Module):
        return name
    if isinstance(value, Class):
        return f"{name}({', '.join(map(str, _arguments(run, value)))})"
    if isinstance(value, Function) and not _required(value):
        return f"{name}()"
    return ""


def _nothing() -> LabError:
    return LabError(
        "nothing to measure: assign a network to net", mend="such as net = nn.Sequential(nn.Conv2d(3, 64, 3))"
    )


def _chosen(run: Run, frame: Frame) -> Value:
    named = [value for name, value in frame.names.items() if name in MEASURED]
    if named:
        value = named[-1]
        if isinstance(value, Module | Function | Tensor | Graph) or (isinstance(value, Class) and value.root):
            return value
        error = _no_network(value)
        raise located(error, run.chosen)
    values = list(frame.names.values())
    networks = [value for value in values if _is_network(value)]
    if networks:
        return networks[-1]
    tensors = [value for value in values if isinstance(value, Tensor) and value.batched and value.node]
    if tensors:
        return tensors[-1]
    makers = [value for value in values if isinstance(value, Function) and not _required(value)]
    return makers[-1] if makers else None


def _no_network(value: Value) -> LabError:
    if isinstance(value, Instance | Class):
        made = value.type if isinstance(value, Instance) else value
        words = f"net is a {made.name}, and the class {made.name} does not inherit from nn.Module"
        mend = f"write class {made.name}(nn.Module):, and super().__init__() as the first line of its __init__"
        return located(LabError(words, mend=mend), made.place if isinstance(made, Class) else None)
    words = f"net should be a network, and it is {kind_of(value)}"
    if isinstance(value, Builtin | Method | LayerType):
        return LabError(words, mend="put brackets behind it, to call it: net = …()")
    if isinstance(value, list) and value and all(isinstance(item, Module) for item in value):
        return LabError(words, mend="put its layers in a row: net = nn.Sequential(*layers)")
    return LabError(words, mend="such as net = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU())")


def _forward(value: Value) -> Function | None:
    """What a student wrote to compute the network's output."""
    if isinstance(value, Module) and isinstance(value.type, Class):
        value = value.type.find("forward")[0]
    return value if isinstance(value, Function) else None


def _expect_one_input(function: Function, count: int) -> None:
    """LabError for a forward, or a function, that cannot be called on one image."""
    if count < 2:
        return
    needed = _required(function)[-count:]
    words = f"the lab gives a network one image, and {function.name} needs {' and '.join(needed)}"
    mend = f"give {' and '.join(needed[1:])} a default, such as {needed[1]}=None, or leave it out"
    raise located(LabError(words, mend=mend), function.place)


def _is_network(value: Value) -> bool:
    if isinstance(value, Class):
        return value.root is not None and value.find("forward")[1]
    if isinstance(value, Function):
        required = _required(value)
        return len(required) == 1 and _may_be_image(required[0])
    if isinstance(value, Module):
        return value.layer.name not in ("ModuleList", "ModuleDict")
    return isinstance(value, Graph)


def _may_be_image(name: str) -> bool:
    return name not in _OTHERS | _MODULES and not name.startswith("num") and not _is_channels(name)


def _is_channels(name: str) -> bool:
    return name == "c" or any(word in name for word in _CHANNELS)


def _required(function: Function) -> tuple[str, ...]:
    parameters = function.parameters
    return parameters.names[: len(parameters.names) - len(parameters.defaults)]


def _arguments(run: Run, value: Class) -> tuple[Value, ...]:
    """What a class needs to be made: the input's channels, where it asks for channels."""
    start, found = value.find("__init__")
    if not found or not isinstance(start, Function):
        return ()
    needed = _required(start)[1:]
    unclear = [name for name in needed if not _is_channels(name)]
    if unclear:
        mend = f"write net = {value.name}({', '.join(f'{name}=…' for name in needed)})"
        raise located(LabError(f"{value.name} needs {' and '.join(needed)} to be made", mend=mend), value.place)
    if needed:
        run.note(f"{value.name} is made with {' and '.join(needed)} = {run.input[0]}, the channels of the input")
    return (run.input[0],) * len(needed)


def _tensor(run: Run, result: Value, forward: Function | None) -> Tensor:
    if isinstance(result, tuple | list) and result and isinstance(result[0], Tensor):
        run.note("the network returns several values: the first one is measured")
        result = result[0]
    if not isinstance(result, Tensor) or result.trace is not run.trace:
        mend = "end forward with return x" if result is None else "return what is computed from x"
        error = LabError(f"the network returns {kind_of(result)}, not a tensor computed from x", mend=mend)
        raise located(error, forward.place if forward else None)
    return result


def _network(run: Run, trace: Trace, output: Tensor, root: Module | None) -> Network:
    nodes, at = _reached(trace.nodes, output.node)
    return Network(
        nodes=nodes,
        output=at,
        unused=_unused(run, trace, root) if root else {},
        notes=tuple(sorted((line, shown(text)) for text, line in run.notes.items())) if run.lined else (),
        printed=tuple([shown(line, limits.PRINTED) for line in run.printed]),
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
        nodes[old]._replace(index=new, inputs=tuple(number[i] for i in nodes[old].inputs))
        for new, old in enumerate(order)
    )
    return kept, number[output]


def _unused(run: Run, trace: Trace, root: Module) -> dict[str, int]:
    """Parameters that no operation of the pass uses: name of their module -> how many."""
    used = {key for node in trace.nodes for key in node.ties.values()}
    found: dict[str, int] = {}
    for module, name in ((root, ""), *run.names.items()):
        for own, value in module.fields.items():
            if type(value) is Parameter and value.key not in used:
                used.add(value.key)
                label = name or own
                found[label] = found.get(label, 0) + prod(value.shape)
    return found
