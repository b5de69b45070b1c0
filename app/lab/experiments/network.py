"""The network that a spec asks about."""

from app.lab import language, zoo
from app.lab.messages import Reporter, RunSpec
from app.lab.network import Network


def of(spec: RunSpec, reporter: Reporter) -> Network:
    """Read the code, or look up the name. Raises LabError with the line at fault."""
    reporter.progress("reading the network", 0, 1)
    if spec.code is not None:
        assert spec.input
        return language.read(spec.code, spec.input)
    assert spec.network
    return zoo.network(spec.network, spec.input)
