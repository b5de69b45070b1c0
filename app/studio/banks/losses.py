"""What an export does not say, collected, and as the lines of its report."""

from collections.abc import Iterable

from app.studio.banks.item import BankItem, Loss
from app.words import _


class Losses:
    def __init__(self, before: Iterable[Loss] = ()) -> None:
        self._found = dict.fromkeys(before)

    def add(self, item: BankItem, words: str, left_out: bool = False) -> None:
        self._found.setdefault(Loss(item.line, item.title or item.name, words, left_out, item.file))

    def all(self) -> tuple[Loss, ...]:
        return tuple(self._found)


def report(title: str, losses: Iterable[Loss]) -> list[str]:
    """A head for a file: whose questions they are, and what of them it does not say."""
    found = list(losses)
    lines = [" ".join(title.split()), _("Questions out of Receptive.")]
    if found:
        lines.append(_("What did not go along:"))
        lines += [f"- {one.file}:{one.line} {one.title}: {one.words}" for one in found]
    return lines
