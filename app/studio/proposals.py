"""What would be published, and what stands in the way of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.content.course import Course
from app.content.diagnostics import Diagnostic
from app.content.library import Library
from app.studio import workshop
from app.studio.drafts import Draft, storable
from app.studio.merging import Comparison, compare
from app.studio.vanishing import Vanishing, vanishing
from app.studio.workshop import Look


@dataclass(frozen=True)
class Proposal:
    """Some of an instructor's drafts of a course, over its files as they are on disk."""

    course: str
    folder: Path
    #: Everything that the instructor has changed and not published, by file.
    drafts: Mapping[str, Draft]
    #: The files that are to be published.
    chosen: tuple[str, ...]
    #: What is on disk now, of every file that has a draft.
    disk: Mapping[str, str | None]
    #: What students read now; None where there is nothing yet.
    live: Course | None
    #: The course as it would be.
    outcome: Look
    #: What is wrong with the files on disk already.
    standing: frozenset[Diagnostic]

    @cached_property
    def stale(self) -> tuple[str, ...]:
        """Files that changed since their draft was begun: they want merging first."""
        return tuple(f for f, draft in self.drafts.items() if storable(self.disk[f]) != storable(draft.base_text))

    @cached_property
    def blocking(self) -> tuple[Diagnostic, ...]:
        """Errors of the course as it would be, but for those that stand in files which stay as they are."""
        return tuple(one for one in self._errors if not self._old(one))

    @cached_property
    def elsewhere(self) -> tuple[Diagnostic, ...]:
        """Errors that were there before, in files that stay as they are."""
        return tuple(one for one in self._errors if self._old(one))

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        mine = {str(self.folder / file) for file in self.chosen}
        found = (one for one in self.outcome.diagnostics if one.severity == "warning")
        return tuple(one for one in found if one.path in mine or one not in self.standing)

    @cached_property
    def vanishing(self) -> Vanishing:
        """Ids that are published, and would be neither there nor retired."""
        return vanishing(self.live, self.outcome, self.chosen)

    @property
    def ready(self) -> bool:
        stale = {*self.stale}.intersection(self.chosen)
        return bool(self.chosen) and not (stale or self.blocking or self.vanishing)

    def text(self, file: str) -> str | None:
        """What would be written: a draft's text, with the line ends that the file has had."""
        text, base = self.drafts[file].text, self.drafts[file].base_text or ""
        windows = "\r\n" in base and base.count("\n") == base.count("\r\n")
        return text.replace("\n", "\r\n") if text is not None and windows else text

    def comparison(self, file: str) -> Comparison:
        """What would change in a file."""
        return compare(self.disk[file], self.drafts[file].text)

    @cached_property
    def _errors(self) -> tuple[Diagnostic, ...]:
        return tuple(one for one in self.outcome.diagnostics if one.severity == "error")

    def _old(self, one: Diagnostic) -> bool:
        return one in self.standing and one.path not in {str(self.folder / file) for file in self.chosen}


def propose(library: Library, course: str, own: Mapping[str, Draft], files: Iterable[str] | None = None) -> Proposal:
    """What publishing ``files`` (by default all) of one's ``own`` drafts would do. Raises KeyError: no such course."""
    folder = library.folders()[course]
    wanted = frozenset(own if files is None else files)
    chosen = tuple(file for file in own if file in wanted)
    disk = {file: workshop.text_on_disk(folder, file) for file in own}
    outcome = workshop.look(library, course, {file: own[file].text for file in chosen})
    standing = frozenset(workshop.look(library, course, {}).diagnostics)
    return Proposal(course, folder, own, chosen, disk, library.course(course), outcome, standing)
