"""A publication as a commit, where the lessons lie in a git repository: exactly its files, by the instructor."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from app.studio.publications import Publication
from app.words import _

#: Seconds that git, and the hooks of the repository, may take.
PATIENCE = 60
#: The line of the message that names a publication, so that what was committed before a crash is found.
TRAILER = "Receptive-Publication"


class GitFailed(Exception):
    """What git said, in words."""


def commit(folder: Path, names: Sequence[str], publication: Publication) -> str:
    """Commit these files of a folder, and nothing else that may be staged; the commit's full name. Raises GitFailed.

    What is committed already is found again.
    """
    if _git(folder, "rev-parse", "--is-inside-work-tree") != "true":
        raise GitFailed(_("The folder is not in a git work tree."))
    trailer = f"{TRAILER}: {publication.id}"
    if _has_commits(folder):
        made = _git(folder, "log", "-1", "--format=%H", "--fixed-strings", f"--grep={trailer}")
        if made:
            return made
    known = set(_git(folder, "ls-files", "-z", "--", *names).split("\0"))
    paths = [name for name in names if name in known or (folder / name).exists()]
    if not paths or not _git(folder, "status", "--porcelain", "--", *paths):
        raise GitFailed(_("Git sees no change in these files; is the folder ignored?"))
    _git(folder, "add", "--", *paths)
    said = publication.note.strip() or "Publish " + ", ".join(names)
    by = {"GIT_AUTHOR_NAME": _name(publication), "GIT_AUTHOR_EMAIL": publication.email or "nobody@invalid"}
    by["GIT_AUTHOR_DATE"] = f"@{int(publication.created)} +0000"
    if not _configured(folder):
        by |= {"GIT_COMMITTER_NAME": "Receptive", "GIT_COMMITTER_EMAIL": "receptive@localhost"}
    _git(folder, "commit", "--quiet", "--cleanup=whitespace", "-m", said, "-m", trailer, "--only", "--", *paths, **by)
    return _git(folder, "rev-parse", "HEAD")


def _has_commits(folder: Path) -> bool:
    try:
        return bool(_git(folder, "rev-parse", "--verify", "--quiet", "HEAD"))
    except GitFailed:
        return False


def _configured(folder: Path) -> bool:
    """Whether whoever runs the site has a name for git."""
    if "GIT_COMMITTER_EMAIL" in os.environ:
        return True
    try:
        return bool(_git(folder, "config", "user.email"))
    except GitFailed:
        return False


def _name(publication: Publication) -> str:
    """Git takes no name without a letter, and none of these."""
    name = "".join(one for one in publication.name if one.isprintable() and one not in "<>\"',.;:\\").strip()
    return name or "Receptive"


def _git(folder: Path, *words: str, **environment: str) -> str:
    command = ["git", "-C", str(folder), *words]
    settings = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "GIT_LITERAL_PATHSPECS": "1"}
    try:
        said = subprocess.run(  # noqa: S603 - no shell, and every name is checked before
            command,
            env=os.environ | settings | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitFailed(_("Git did not end within %(seconds)s seconds.", seconds=PATIENCE)) from None
    except OSError as error:
        raise GitFailed(_("Git could not be started: %(why)s", why=error.strerror or str(error))) from error
    if said.returncode:
        raise GitFailed((said.stderr.strip() or said.stdout.strip() or f"git {words[0]}: {said.returncode}")[:2000])
    return said.stdout.strip()
