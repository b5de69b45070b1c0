"""Passwords: argon2id, a few at a time, and the same time for an email that nobody has."""

import asyncio
import secrets

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.words import _

#: Characters.
SHORTEST, LONGEST = 10, 1000

# OWASP's least: 19 MiB a hash. More would let a burst of sign-ins take the memory that the pages need.
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


class Passwords:
    """Hashing that takes at most ``at_once`` threads."""

    def __init__(self, at_once: int = 2) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(hash_now, password)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether the password is the one; with no hash, False, after the same work."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, password, hashed)

    def _verify(self, password: str, hashed: str | None) -> bool:
        if self._nobodys is None:
            self._nobodys = hash_now(secrets.token_urlsafe())
        return _hasher.verify(password, hashed or self._nobodys) and hashed is not None


def hash_now(password: str) -> str:
    """The hash, in this thread; takes tens of milliseconds."""
    return _hasher.hash(password)


def trouble(password: str) -> str:
    """What is wrong with a new password, in words; empty where nothing is."""
    if len(password) < SHORTEST:
        return _("At least %(least)s characters, please; a few words in a row are easy to remember.", least=SHORTEST)
    return _("At most %(most)s characters, please.", most=LONGEST) if len(password) > LONGEST else ""
