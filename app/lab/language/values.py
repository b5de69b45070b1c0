"""The closed family of things that a student's program can hold.

``None``, ``...``, ``bool``, ``int``, ``float``, ``str``, ``list``, ``tuple``, ``dict`` with plain keys, ``range`` and
the classes below; nothing else. No value is ever asked for an attribute through Python: ``attributes`` answers from
tables, and operations on lists go through ``operators``, which charge for every element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.lab.language.signature import Signature
from app.lab.network import Shape

if TYPE_CHECKING:
    from app.lab.language.run import Frame
    from app.lab.language.trace import Trace


#: Anything of the family: always narrowed with isinstance before use.
Value = object
Number = bool | int | float
#: For isinstance, where a union costs more than the question.
NUMBER = (int, float)
Arguments = tuple[Value, ...]
Keywords = Mapping[str, Value]
NO_KEYWORDS: Keywords = {}
#: Where in the source: line from 1, column in bytes from 0, as ``ast`` counts them.
Place = tuple[int, int] | None


class Size(tuple[int, ...]):
    """``x.shape``: a tuple that prints as torch's does."""

    __slots__ = ()


class Tensor:
    """A value of the graph: its shape with the batch first, and the node that makes it.

    ``batched`` says that it depends on the input, so that dimension 0 is the batch and must stay where it is.
    """

    __slots__ = ("batched", "node", "shape", "trace")

    def __init__(self, trace: Trace | None, node: int, shape: Shape, batched: bool) -> None:
        self.trace, self.node, self.shape, self.batched = trace, node, shape, batched


class Leaf(Tensor):
    """A tensor made from nothing (``torch.zeros``, ``torch.randn``); enters a graph when it is used there."""

    __slots__ = ("fill", "values")

    def __init__(self, shape: Shape, fill: str, values: Value = None) -> None:
        self.trace, self.node, self.shape, self.batched = None, -1, shape, False
        self.fill, self.values = fill, values


class Parameter(Leaf):
    """A weight. Its identity is what ties are counted by; a frozen one asks for no gradient."""

    __slots__ = ("frozen", "key")

    def __init__(self, shape: Shape, key: int, fill: str = "randn", values: Value = None) -> None:
        # Not by super(): networks make many of these.
        self.trace, self.node, self.shape, self.batched = None, -1, shape, False
        self.fill, self.values, self.key, self.frozen = fill, values, key, False


class Buffer(Leaf):
    """A tensor that a module keeps and does not learn (``register_buffer``)."""

    __slots__ = ()


class Builtin:
    """A function of the host's that student code may call: its first argument is the run."""

    __slots__ = ("function", "name", "signature")

    def __init__(self, name: str, function: Callable[..., Value], signature: Signature | None = None) -> None:
        self.name, self.function = name, function
        self.signature = signature or Signature(function, skip=1)


class Method:
    """Something callable with its first argument already given."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Builtin | Function, receiver: Value) -> None:
        self.function, self.receiver = function, receiver


@dataclass(frozen=True, slots=True)
class Parameters:
    """A student function's parameters. ``defaults`` belong to the last of ``names``."""

    names: tuple[str, ...]
    defaults: tuple[Value, ...] = ()
    spread: str | None = None
    keyword_only: tuple[str, ...] = ()
    keyword_defaults: Mapping[str, Value] | None = None
    spread_keywords: str | None = None


class Function:
    """A student's ``def`` or ``lambda``. ``owner`` is the class it was defined in, for ``super()``."""

    __slots__ = ("body", "kind", "name", "outer", "owner", "parameters", "place")

    def __init__(
        self, name: str, parameters: Parameters, body: Callable[[Frame], Value], outer: Frame, place: Place
    ) -> None:
        self.name, self.parameters, self.body, self.outer = name, parameters, body, outer
        #: Where it is defined.
        self.place = place
        self.owner: Class | None = None
        #: ``method``, ``static``, ``class`` or ``property``.
        self.kind = "method"


class LayerType:
    """A class of ``torch.nn``: how it is made and what it does to a tensor."""

    __slots__ = ("call", "called", "joins", "make", "methods", "name", "signature")

    def __init__(
        self,
        name: str,
        make: Callable[..., None],
        call: Callable[..., Value],
        signature: Signature | None = None,
        called: str = "",
        joins: bool = False,
    ) -> None:
        self.name, self.make, self.call = name, make, call
        #: Whether it is called on a list of tensors.
        self.joins = joins
        #: Methods that only its instances have.
        self.methods: Mapping[str, Builtin] = {}
        #: How messages name it.
        self.called = called or f"nn.{name}"
        self.signature = signature or Signature(make, skip=2)


class Class:
    """A student's class; ``base`` is another one, a class of ``torch.nn``, or None."""

    __slots__ = ("base", "fields", "name", "place", "root")

    def __init__(self, name: str, base: Class | LayerType | None, fields: dict[str, Value], place: Place) -> None:
        self.name, self.base, self.fields, self.place = name, base, fields, place
        #: The class of ``torch.nn`` at the end of the chain, which makes its instances modules.
        self.root: LayerType | None = base.root if isinstance(base, Class) else base

    def find(self, name: str) -> tuple[Value, bool]:
        """The value of a class attribute and whether there is one, this class before its bases."""
        where: Class | LayerType | None = self
        while isinstance(where, Class):
            if name in where.fields:
                return where.fields[name], True
            where = where.base
        return None, False


class Instance:
    """An object of a student's class that is no module."""

    __slots__ = ("fields", "type")

    def __init__(self, type: Class | LayerType) -> None:
        self.type = type
        self.fields: dict[str, Value] = {}


class Module(Instance):
    """A module: a layer of ``torch.nn``, or an object of a student's class that inherits from one.

    ``fields`` holds children and parameters under their names, and what the student stored beside them. ``attrs``
    are a layer's settings, exactly the keyword arguments of torch's class.
    """

    __slots__ = ("attrs", "buffers", "cached", "key", "layer", "place", "ready")

    def __init__(self, type: Class | LayerType, layer: LayerType, key: int, place: Place) -> None:
        super().__init__(type)
        self.layer, self.key, self.place = layer, key, place
        self.attrs: dict[str, object] = {}
        self.buffers: dict[str, Shape] = {}
        #: ``Module.__init__`` has run, so that layers may be assigned.
        self.ready = False
        #: Its weights' shapes and ties as nodes show them; None when they may have changed.
        self.cached: tuple[Mapping[str, Shape], Mapping[str, int]] | None = None

    @property
    def name(self) -> str:
        return self.type.name


class Super:
    """What ``super()`` gives: the attributes of the next class, on this object."""

    __slots__ = ("base", "receiver")

    def __init__(self, base: Class | LayerType | None, receiver: Instance) -> None:
        self.base, self.receiver = base, receiver


class Graph:
    """A Keras model over tensors that are already computed."""

    __slots__ = ("output",)

    def __init__(self, output: Tensor) -> None:
        self.output = output


class Namespace:
    """A Python module as student code sees it: a table."""

    __slots__ = ("mend", "name", "table")

    def __init__(self, name: str, table: Mapping[str, Value], mend: str = "") -> None:
        self.name, self.table = name, table
        #: What to do instead of asking for what it does not have.
        self.mend = mend or "leave it out, or write it with the layers of torch.nn"


class Missing:
    """A name that code often mentions and that the lab does not read (``np``, ``optim``); using it is an error."""

    __slots__ = ("mend", "name")

    def __init__(self, name: str, mend: str) -> None:
        self.name, self.mend = name, mend


class Quiet:
    """Something that may be called, indexed or entered and does nothing: ``torch.no_grad()``, ``Optional[int]``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class TypeName:
    """``int``, ``str`` and the like: callable, and the second argument of ``isinstance``."""

    __slots__ = ("convert", "name", "types")

    def __init__(self, name: str, convert: Builtin | None, types: tuple[type, ...]) -> None:
        self.name, self.convert, self.types = name, convert, types
