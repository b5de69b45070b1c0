"""One reading under way: its state, and how everything callable is called."""

from __future__ import annotations

import re
from math import prod

from app.lab import limits
from app.lab.language.binding import bind
from app.lab.language.budget import Budget
from app.lab.language.kinds import kind_of
from app.lab.language.trace import Trace
from app.lab.language.values import (
    NO_KEYWORDS,
    Arguments,
    Builtin,
    Class,
    Function,
    Instance,
    Keywords,
    LayerType,
    Method,
    Missing,
    Module,
    Namespace,
    Parameter,
    Place,
    Quiet,
    Size,
    Tensor,
    TypeName,
    Value,
)
from app.lab.messages import LabError

#: What a program calls the network that it wants to be measured.
MEASURED = ("net", "model")


class Frame:
    """The names of one call, or of the whole program (``outer`` is None there)."""

    __slots__ = ("function", "names", "outer", "receiver", "result", "run")

    def __init__(self, run: Run, outer: Frame | None, names: dict[str, Value]) -> None:
        self.run, self.outer, self.names = run, outer, names
        self.result: Value = None
        #: Whose body this is, and its first argument: what ``super()`` needs.
        self.function: Function | None = None
        self.receiver: Value = None


class Run:
    """The state of one reading."""

    __slots__ = (
        "at",
        "budget",
        "chosen",
        "input",
        "keys",
        "lined",
        "made",
        "names",
        "notes",
        "path",
        "printed",
        "trace",
        "unfinished",
    )

    def __init__(self, input: tuple[int, int, int], lined: bool = True) -> None:
        self.budget = Budget()
        self.input = input
        #: Whether places in the source are known to the student: not for a zoo network.
        self.lined = lined
        #: The call or operation under way.
        self.at: Place = None
        #: Where what is to be measured was named.
        self.chosen: Place = None
        self.trace = Trace(self, input)
        #: Dotted names of the modules of the network under trace, and the one that is being called.
        self.names: dict[Module, str] = {}
        self.path = ""
        self.notes: dict[str, int] = {}
        self.printed: list[str] = []
        #: The last line printed goes on: ``print(…, end=" ")``.
        self.unfinished = False
        self.keys = 0
        #: Elements of all parameters made so far.
        self.made = 0

    def key(self) -> int:
        self.keys += 1
        return self.keys

    def note(self, text: str) -> None:
        """Tell the student something, once, at the line that first gave cause."""
        if len(self.notes) < limits.NOTES:
            self.notes.setdefault(text[: limits.MESSAGE], self.at[0] if self.at else 1)

    def call(self, callee: Value, args: Arguments, keywords: Keywords = NO_KEYWORDS) -> Value:
        """Call anything of the family. Costs what it does; raises LabError for what cannot be called."""
        kind = type(callee)
        if kind is Module:
            return self.call_module(callee, args, keywords)  # type: ignore[arg-type]
        if kind is Method:
            assert isinstance(callee, Method)
            return self.call(callee.function, (callee.receiver, *args), keywords)
        if kind is LayerType:
            assert isinstance(callee, LayerType)
            return self.make_layer(callee, args, keywords)
        if kind is Builtin:
            assert isinstance(callee, Builtin)
            self.budget.spend(4)
            bound, rest = callee.signature.bind(callee.name, args, keywords)
            return callee.function(self, *bound, **rest) if rest else callee.function(self, *bound)
        if kind is Function:
            assert isinstance(callee, Function)
            return self.call_function(callee, args, keywords)
        if kind is Class:
            assert isinstance(callee, Class)
            return self.instantiate(callee, args, keywords)
        if isinstance(callee, TypeName) and callee.convert is not None:
            return self.call(callee.convert, args, keywords)
        if isinstance(callee, Quiet):
            return args[0] if len(args) == 1 and isinstance(args[0], Function) else callee
        raise _not_callable(callee)

    def call_function(self, function: Function, args: Arguments, keywords: Keywords = NO_KEYWORDS) -> Value:
        parameters = function.parameters
        if (
            not keywords
            and len(args) == len(parameters.names)
            and not parameters.spread
            and not (parameters.keyword_only or parameters.spread_keywords)
        ):
            names: dict[str, Value] = dict(zip(parameters.names, args, strict=True))
        else:
            names = bind(self, function, args, keywords)
        frame = Frame(self, function.outer, names)
        frame.function = function
        frame.receiver = args[0] if args else None
        self.budget.enter()
        result = function.body(frame)
        self.budget.depth -= 1
        return result

    def call_module(self, module: Module, args: Arguments, keywords: Keywords = NO_KEYWORDS) -> Value:
        outside = self.path
        self.path = self.names.get(module, outside)
        if not module.ready:
            raise LabError(
                f"Module.__init__ has not run on this {module.name}",
                mend="call super().__init__() as the first line of its __init__",
            )
        if type(module.type) is Class:
            forward, found = module.type.find("forward")
            if found:
                if not isinstance(forward, Function):
                    raise LabError(f"{module.name}.forward is not a function", mend="write def forward(self, x):")
                result = self.call_function(forward, (module, *args), keywords)
                self.path = outside
                return result
        if keywords:
            if tuple(keywords) != ("input",) or args:
                raise LabError(f"{module.name} takes one tensor", mend="call it as layer(x)")
            args = tuple(keywords.values())
        if len(args) != 1 or type(args[0]) is not Tensor:
            args = _one_tensor(module, args)
        result = module.layer.call(self, module, args[0])
        self.path = outside
        return result

    def make_layer(self, type: LayerType, args: Arguments, keywords: Keywords) -> Module:
        self.budget.make_module()
        module = Module(type, type, self.key(), self.at)
        self.initialise(module, type, args, keywords)
        return module

    def initialise(self, module: Module, type: LayerType, args: Arguments, keywords: Keywords) -> None:
        """Run the ``__init__`` of a class of ``torch.nn`` on a module."""
        for value in args:
            if isinstance(value, Tensor) and value.batched:
                raise LabError(
                    f"{type.called} is made with settings, and then called on a tensor",
                    mend=f"write {type.called}(…)(x): the first brackets make the layer, the second call it",
                )
        bound, rest = type.signature.bind(type.called, args, keywords)
        module.ready = True
        type.make(self, module, *bound, **rest)

    def instantiate(self, type: Class, args: Arguments, keywords: Keywords) -> Instance:
        self.budget.make_module()
        made = Instance(type) if type.root is None else Module(type, type.root, self.key(), self.at)
        start, found = type.find("__init__")
        if found and isinstance(start, Function):
            self.call_function(start, (made, *args), keywords)
            return made
        _expect_start(type)
        if type.root is not None:
            self.initialise(made, type.root, args, keywords)  # type: ignore[arg-type]
        elif args or keywords:
            raise LabError(f"{type.name}() takes no arguments", mend="give the class an __init__ that takes them")
        return made

    def parameter(self, shape: tuple[int, ...], fill: str = "randn", values: Value = None) -> Parameter:
        self.made += prod(shape)
        if self.made > limits.PARAMETERS:
            raise LabError(
                f"these layers would hold more than {limits.PARAMETERS:,} parameters",
                mend="use fewer channels, or pool before a Linear",
            )
        self.keys += 1
        return Parameter(shape, self.keys, fill, values)


_START = re.compile(r"_+(init|int|inti|ini|intit)_*|(init|int)_+")


def _expect_start(type: Class) -> None:
    """LabError where a class has something that was meant to be its ``__init__``."""
    for name, value in type.fields.items():
        if isinstance(value, Function) and len(name) < 16 and _START.fullmatch(name):
            line, column = value.place or (None, 0)
            raise LabError(
                f"{type.name} has a method {name}, which Python does not call when a {type.name} is made",
                line,
                line and column + 1,
                "write __init__, with two underscores on either side",
            )


def _one_tensor(module: Module, args: Arguments) -> Arguments:
    if module.layer.joins and len(args) == 1 and isinstance(args[0], list | tuple):
        return args
    for value in args:
        if not isinstance(value, Tensor):
            raise LabError(
                f"{module.name} is called on a tensor, not on {kind_of(value)}",
                mend=f"the numbers of a layer go where it is made: {module.layer.called}(…), then call it on x",
            )
    if len(args) != 1:
        raise LabError(f"{module.name} takes one tensor and was given {len(args)}", mend="call it as layer(x)")
    return args


def _not_callable(callee: Value) -> LabError:
    if isinstance(callee, Missing):
        return LabError(f"{callee.name} is not part of what the lab reads", mend=callee.mend)
    if isinstance(callee, Namespace):
        return LabError(f"{callee.name} is a module and cannot be called", mend="name the class in it, such as nn.ReLU")
    if isinstance(callee, Tensor):
        return LabError(
            "a tensor cannot be called", mend="make a layer, without (x) behind it, and call the layer: layer(x)"
        )
    if isinstance(callee, Instance):
        return LabError(f"a {callee.type.name} cannot be called", mend="let its class inherit from nn.Module")
    if isinstance(callee, Size):
        return LabError("x.shape is no function", mend="write x.shape or x.shape[1], without round brackets")
    mend = "was * meant, or is the name of a function also given to a value?"
    return LabError(f"{kind_of(callee)} cannot be called", mend=mend)
