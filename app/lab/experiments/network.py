"""The network that a spec asks about."""

from app.lab import language, zoo
from app.lab.messages import LabError, Reporter, RunSpec
from app.lab.network import Network


def of(spec: RunSpec, reporter: Reporter) -> Network:
    """Read the code, or look up the name. Raises LabError with the line at fault."""
    reporter.progress("reading the network", 0, 1)
    if spec.code is not None:
        assert spec.input
        found = language.read(spec.code, spec.input)
        _whole(found)
        return found
    assert spec.network
    return zoo.network(spec.network, spec.input)


def _whole(found: Network) -> None:
    """Raises LabError where a name or a printed line holds half a character, which no page can show."""
    try:
        said = (*found.printed, *(text for _, text in found.notes), *found.unused, *(node.name for node in found.nodes))
        "".join(said).encode()
    except UnicodeEncodeError:
        raise LabError(
            "a text in this code holds half a character", mend=r"write it without \ud800 to \udfff"
        ) from None
