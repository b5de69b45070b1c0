"""Python's own types, and what can be asked of any value."""

from __future__ import annotations

from collections.abc import Iterable

from app.lab.language.kinds import kind_of, name_of
from app.lab.language.library.builtins import BUILTINS, HostFunction, builtin, gathered
from app.lab.language.operations.arithmetic import number
from app.lab.language.operations.attributes import ABSENT, assign, attribute, find
from app.lab.language.operations.comparison import key_of, truth
from app.lab.language.operations.printing import text_of
from app.lab.language.run import Run
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Instance,
    LayerType,
    Method,
    Module,
    Quiet,
    TypeName,
    Value,
)
from app.lab.messages import LabError


@builtin("isinstance")
def _isinstance(run: Run, obj: Value, classinfo: Value) -> Value:
    kinds: Iterable[Value] = classinfo if isinstance(classinfo, tuple) else (classinfo,)
    run.budget.spend(len(classinfo) if isinstance(classinfo, tuple) else 1)
    return any(_is(obj, kind) for kind in kinds)


def _is(obj: Value, kind: Value) -> bool:
    if isinstance(kind, TypeName):
        return isinstance(obj, kind.types)
    if isinstance(kind, LayerType):
        return isinstance(obj, Module) and (kind.name == "Module" or obj.layer is kind)
    if isinstance(kind, Class):
        where = obj.type if isinstance(obj, Instance) else None
        while isinstance(where, Class):
            if where is kind:
                return True
            where = where.base
        return False
    if isinstance(kind, Quiet):
        return False
    raise LabError(f"isinstance() needs a class, not {kind_of(kind)}")


@builtin("hasattr")
def _hasattr(run: Run, obj: Value, name: Value) -> Value:
    absent = Quiet("absent")
    return _getattr(run, obj, name, absent) is not absent


@builtin("getattr")
def _getattr(run: Run, obj: Value, name: Value, *default: Value) -> Value:
    if not isinstance(name, str):
        raise LabError("an attribute is named by text")
    if not default:
        return attribute(run, obj, name)
    found = find(run, obj, name)
    return default[0] if found is ABSENT else found


@builtin("setattr")
def _setattr(run: Run, obj: Value, name: Value, value: Value) -> Value:
    assign(run, obj, name_of(name), value)
    return None


def _int(run: Run, x: Value = 0) -> Value:
    try:
        if isinstance(x, str):
            return number(int(x[:40]))
        if isinstance(x, int | float):
            return number(int(x))
    except (ValueError, OverflowError):
        pass
    raise LabError("int() cannot make a whole number of this")


def _float(run: Run, x: Value = 0.0) -> Value:
    try:
        if isinstance(x, str):
            return float(x[:40])
        if isinstance(x, int | float):
            return float(x)
    except (ValueError, OverflowError):
        pass
    raise LabError("float() cannot make a number of this")


def _dict(run: Run, pairs: Value = None, **named: Value) -> Value:
    made: dict[Value, Value] = {}
    if isinstance(pairs, dict):
        run.budget.hold(2 * len(pairs))
        made.update(pairs)
    elif pairs is not None:
        for item in gathered(run, pairs):
            if not isinstance(item, tuple | list) or len(item) != 2:
                raise LabError("dict() takes pairs of a key and a value")
            run.budget.hold(2)
            made[key_of(item[0])] = item[1]
    run.budget.hold(len(named))
    made.update(named)
    return made


@builtin("type")
def _type_of(run: Run, obj: Value) -> Value:
    if isinstance(obj, Instance):
        return obj.type
    known = (kind for kind in BUILTINS.values() if isinstance(kind, TypeName) and type(obj) in kind.types)
    return next(known, Quiet(kind_of(obj)))


@builtin("callable")
def _callable(run: Run, obj: Value) -> Value:
    return isinstance(obj, Builtin | Function | Method | Class | LayerType | Module | TypeName)


def _type(name: str, convert: HostFunction | None, *types: type) -> None:
    BUILTINS[name] = TypeName(name, Builtin(name, convert) if convert else None, types)


_type("int", _int, int)


_type("float", _float, float)


_type("str", lambda run, object="": text_of(run, object), str)


_type("bool", lambda run, x=False: truth(run, x), bool)


_type("list", lambda run, iterable=(): gathered(run, iterable), list)


_type("tuple", lambda run, iterable=(): tuple(gathered(run, iterable)), tuple)


_type("dict", _dict, dict)


BUILTINS["object"] = Quiet("object")


BUILTINS["__name__"] = "__main__"
