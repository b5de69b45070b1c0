"""Real torch as the judge: the same text executed, its layers hooked, its multiply-adds counted.

Only texts of this test suite are executed, never a student's.
"""

import functools
import math
import typing
from collections import OrderedDict
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from app.lab import counting, language
from app.lab.network import Network

# One thread: what is computed here is small, and waiting for others takes longer on a busy machine.
torch.set_num_threads(1)

Shape = tuple[int, int, int]
_NAMES = {
    "torch": torch,
    "nn": nn,
    "F": F,
    "math": math,
    "OrderedDict": OrderedDict,
    "partial": functools.partial,
    "__name__": "__main__",
    **{name: getattr(typing, name) for name in ("Any", "Callable", "Optional", "Type", "Union")},
}


def made(code: str, device: str = "meta") -> Any:
    """The ``net`` of a text, run by Python and torch."""
    names: dict[str, Any] = dict(_NAMES)
    with torch.device(device):
        exec(code, names)
        net = names["net"]
        return net.eval() if isinstance(net, nn.Module) else net


def parameters(net: Any) -> int:
    return sum(weight.numel() for weight in net.parameters())


def run(net: Any, input: Shape, batch: int = 1) -> tuple[torch.Size, int]:
    """The output's shape and the multiply-adds of one image."""
    x = torch.zeros(batch, *input, device="meta")
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        result = net(x)
    return result.shape, counter.get_total_flops() // 2 // batch


def compare(code: str, input: Shape) -> Network:
    """Assert that the lab and torch agree on shape, parameters and multiply-adds; the lab's network."""
    network = language.read(code, input)
    net = made(code)
    shape, macs = run(net, input)
    total = counting.count(network)["total"]
    assert isinstance(total, dict)
    assert network.nodes[network.output].shape == tuple(shape[1:])
    assert total["macs"] == macs
    if isinstance(net, nn.Module):
        assert total["params_with_unused"] == parameters(net)
        buffers = sum(buffer.numel() for buffer in net.buffers())
        assert total["buffers"] == buffers or network.unused
    return network


def same_weights(real: nn.Module, copy: nn.Module, network: Network) -> None:
    """Give ``copy``, built of ``network``, the weights and buffers of the ``real`` net that the text made."""
    state: dict[str, Any] = dict(real.state_dict(keep_vars=True))
    wanted = {
        f"layers.module_{node.module}.{name}": state[f"{node.name}.{name}"]
        for node in network.nodes
        if node.module is not None
        for name in (*node.weights, *node.buffers)
    }
    copy.load_state_dict(wanted)
