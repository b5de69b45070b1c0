"""What an operator can set, once, from the environment (``RECEPTIVE_*``)."""

import os
import secrets
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The whole configuration of one process; frozen, so it can be shared between threads."""

    model_config = SettingsConfigDict(env_prefix="RECEPTIVE_", frozen=True)

    #: Where the database, the cache and the generated secret live.
    data: Path = Path("var")
    #: An SQLAlchemy URL; by default SQLite under ``data``.
    database_url: str | None = None
    #: A Dask scheduler's address (``tcp://…``, ``tls://…``); by default one is started on the loopback.
    scheduler: str | None = None
    #: The folder of course folders.
    lessons: Path = Path("lessons")
    #: Signs the session cookie; made and kept under ``data`` where not given.
    secret: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    #: Worker processes of the embedded lab.
    lab_workers: int = Field(default=2, ge=1, le=64)
    #: Seconds and bytes that one lab run may take.
    lab_seconds: float = Field(default=120.0, gt=0)
    lab_memory: int = Field(default=2 << 30, gt=0)
    #: Compute what the lessons' labs show in the background, one after the other, so that it is there at first sight.
    warm: bool = False
    #: A folder of weights as torchvision names its files, for networks of the zoo; nothing is downloaded.
    weights: Path | None = None
    #: Re-read lessons when their files change.
    reload_lessons: bool = True
    #: Where the lessons lie in a git repository: commit what the studio publishes, with the instructor as author.
    studio_git: bool = False
    #: Set where the site is served over https: marks cookies Secure and sends HSTS.
    https: bool = False
    #: How far ahead the learners' clock runs, to try out what fades and what falls due. Not for a site in use.
    days_ahead: float = Field(default=0.0, ge=0, le=36_500)
    #: Let browsers keep what they visited for reading without network; off, they clear what they kept.
    offline: bool = True
    #: Answers and sign-ins that one student or address may send in a minute.
    answers_per_minute: int = 120
    sign_ins_per_minute: int = 10
    runs_per_minute: int = 60
    #: Runs, networks and solutions that one may share in a minute, and changes of these.
    shares_per_minute: int = 20
    #: Looking for something as one types is a search for every pause.
    searches_per_minute: int = 240
    comments_per_minute: int = 6

    @cached_property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{(self.data / 'receptive.db').absolute()}"

    @cached_property
    def signing_key(self) -> str:
        """The key that signs sessions: the given one, or one made once and kept under ``data``."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        path = self.data / "secret"
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()
