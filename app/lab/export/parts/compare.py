import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)  # as the lab does: several threads add up in another order
torch.set_flush_denormal(True)

FIGURES = []


def beside(what, here, run, within=0.0, apart=0.0):
    """Print a figure as it is measured here and as the run has it, and whether they agree.

    They do where they differ by no more than the share `within` of the run's figure, or by `apart`.
    """
    agree = here == run
    if not agree and None not in (here, run) and not isinstance(run, (str, tuple)):
        agree = abs(here - run) <= max(within * abs(run), apart)
    FIGURES.append((what, here, run, agree))
    one, other = in_words(here), in_words(run)
    word = "the same" if agree and one == other else "agrees" if agree else "DIFFERS"
    print(f"{what:<52}{one:>16}{other:>16}  {word}")


def in_words(figure):
    if isinstance(figure, tuple):
        return "×".join(map(str, figure))
    if isinstance(figure, float):
        return f"{figure:.5g}"
    return f"{figure:,}" if isinstance(figure, int) else str(figure)


print(f"here: torch {torch.__version__} on the CPU; in the run: {RUN['by']}")
print(f"{'':<52}{'here':>16}{'in the run':>16}")
