"""The network that a spec asks about."""

from app.lab import language, zoo
from app.lab.messages import LabError, Reporter, RunSpec
from app.lab.network import Network


def of(spec: RunSpec, reporter: Reporter) -> Network:
    """Read the code, or look up the name. Raises LabError with the line at fault."""
    reporter.progress("reading the network", 0, 1)
    if spec.code is not None:
        assert spec.input
        return language.read(spec.code, spec.input)
    assert spec.network
    try:
        return zoo.network(spec.network, spec.input)
    except LabError as error:
        # The lines of the zoo's own text say nothing to one who asked by name.
        own = "x".join(map(str, zoo.default_input(spec.network)))
        raise LabError(f"{spec.network} does not take this input: {error.message}", mend=f"its own is {own}") from None
