"""What ``print``, ``str`` and f-strings write. Every character is paid for, and nothing is asked to print itself."""

from __future__ import annotations

import re

from app.lab import limits
from app.lab.language.run import Run
from app.lab.language.values import Class, Function, Instance, LayerType, Module, Parameter, Quiet, Size, Tensor, Value
from app.lab.messages import LabError

_SPEC = re.compile(
    r"(?:(?P<fill>.)?(?P<align>[<>^=]))?(?P<sign>[+ -])?(?P<hash>#)?(?P<zero>0)?(?P<width>\d{1,3})?(?P<group>[,_])?"
    r"(?:\.(?P<precision>\d{1,2}))?(?P<kind>[bdeEfFgGosxX%])?",
    re.DOTALL,
)
_WIDEST = 200
_DEEPEST = 20


def text_of(run: Run, value: Value, quoted: bool = False, depth: int = 0) -> str:
    """The value as ``str`` writes it, or as ``repr`` does where ``quoted``."""
    if isinstance(value, str):
        if not quoted:
            return value
        run.budget.write(2 * len(value) + 2)
        return repr(value)
    if value is None or isinstance(value, bool | int | float):
        return str(value)
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Size):
        return _written(run, ["torch.Size([", ", ".join(str(side) for side in value), "])"])
    if isinstance(value, list | tuple):
        parts = []
        for item in value:
            run.budget.spend(1)
            parts.append(text_of(run, item, True, depth + 1))
        inside = ", ".join(parts) + ("," if isinstance(value, tuple) and len(parts) == 1 else "")
        return _written(run, ["[", inside, "]"] if isinstance(value, list) else ["(", inside, ")"])
    if isinstance(value, dict):
        parts = []
        for key, item in value.items():
            run.budget.spend(1)
            parts.append(f"{text_of(run, key, True, depth + 1)}: {text_of(run, item, True, depth + 1)}")
        return _written(run, ["{", ", ".join(parts), "}"])
    if isinstance(value, Module):
        return module_text(run, value, depth)
    if isinstance(value, Parameter):
        return f"Parameter containing: tensor of shape {list(value.shape)}"
    if isinstance(value, Tensor):
        return f"tensor of shape {list(value.shape)}"
    if isinstance(value, range):
        return f"range({value.start}, {value.stop})" if value.step == 1 else str(value)
    if isinstance(value, Class | LayerType):
        return f"<class '{value.name}'>"
    if isinstance(value, Function):
        return f"<function {value.name}>"
    if isinstance(value, Instance):
        return f"<{value.type.name} object>"
    return value.name if isinstance(value, Quiet) else "<…>"


def _written(run: Run, parts: list[str]) -> str:
    run.budget.write(sum(len(part) for part in parts))
    return "".join(parts)


def module_text(run: Run, module: Module, depth: int) -> str:
    """``Conv2d(3, 64, kernel_size=(3, 3), …)``, children indented, as PyTorch prints a module."""
    run.budget.spend(5)
    if depth > _DEEPEST:
        return f"{module.name}(…)"
    lines = []
    for name, child in module.fields.items():
        if isinstance(child, Module):
            inside = module_text(run, child, depth + 1)
            run.budget.write(2 * len(inside))
            lines.append(f"({name}): " + inside.replace("\n", "\n  "))
    if not lines:
        return _written(run, [module.name, "(", ", ".join(_settings(module)), ")"])
    return _written(run, [module.name, "(\n  ", "\n  ".join(lines), "\n)"])


#: Settings that PyTorch prints by position, and those that it leaves out where they change nothing.
_POSITIONAL = frozenset(
    {"in_channels", "out_channels", "num_features", "normalized_shape", "num_groups", "num_channels"}
)
_UNSAID: dict[str, tuple[object, ...]] = {
    "padding": ((0, 0),),
    "output_padding": ((0, 0),),
    "dilation": ((1, 1),),
    "groups": (1,),
    "padding_mode": ("zeros",),
}


def _settings(module: Module) -> list[str]:
    op = module.layer.name
    words = []
    for name, value in module.attrs.items():
        if name in _POSITIONAL:
            words.append(str(value))
        elif _is_said(op, name, value):
            one = op in ("MaxPool2d", "AvgPool2d") and isinstance(value, tuple) and len(set(value)) == 1
            words.append(f"{name}={value[0] if one and isinstance(value, tuple) else value!r}")
    return words


def _is_said(op: str, name: str, value: object) -> bool:
    """Whether PyTorch prints the setting."""
    if value is None or (name == "inplace" and not value and op not in ("Dropout", "Dropout2d")):
        return False
    if "Conv" in op:
        return value not in _UNSAID.get(name, ()) and not (name == "bias" and value)
    return not (op == "AvgPool2d" and name in ("ceil_mode", "count_include_pad"))


def formatted(run: Run, value: Value, spec: str, quoted: bool) -> str:
    """``{value:spec}`` of an f-string. The specification is taken apart and put together again, never passed on."""
    if not spec:
        return text_of(run, value, quoted)
    match = _SPEC.fullmatch(spec) if len(spec) <= 20 else None
    width = int(match["width"] or 0) if match else 0
    if match is None or width > _WIDEST:
        raise LabError(f"{spec[:20]!r} is not a format that the lab reads", mend="such as {n:,} or {share:.1%}")
    shown: str | int | float = value if isinstance(value, int | float) and not quoted else text_of(run, value, quoted)
    run.budget.write(limits.INTEGER_BITS + width)
    safe = "".join(
        [
            (match["fill"] or " ") + match["align"] if match["align"] else "",
            match["sign"] or "",
            match["hash"] or "",
            match["zero"] or "",
            str(width) if width else "",
            match["group"] or "",
            f".{int(match['precision'])}" if match["precision"] else "",
            match["kind"] or "",
        ]
    )
    try:
        return format(shown, safe)
    except (ValueError, OverflowError):
        raise LabError(f"{spec!r} does not format {shown if isinstance(shown, int | float) else 'text'}") from None
