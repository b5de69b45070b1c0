"""What an experiment computes on, and with which libraries: said with every result."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from app.lab.messages import Json, Reporter


@contextmanager
def prepared(reporter: Reporter) -> Iterator[torch.device]:
    """The device for this run, set up so that the same seed gives the same numbers on the same kind of device."""
    reporter.check()
    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.deterministic = True
    # Denormals cost five to ten times. The setting is the thread's, for all its arithmetic: it is given back.
    torch.set_flush_denormal(True)
    try:
        yield torch.device("cuda" if torch.cuda.is_available() else "cpu")
    finally:
        torch.set_flush_denormal(False)


def provenance(device: torch.device) -> dict[str, Json]:
    """``{"device": "CPU" or the GPU's name, "versions": {"torch": …}}``, as plain text.

    ``torch.__version__`` is a type of torch's own: as it is, it would bring torch to whoever reads it.
    """
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    return {"device": name, "versions": {"torch": str(torch.__version__)}}
