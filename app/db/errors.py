"""What the database may answer instead of a result."""


class Unavailable(Exception):
    """Nothing was acknowledged: the disk is full, the file is locked or read-only, the server is away.

    Asking again later may work, with no restart. The web answers 503.
    """


class Busy(Unavailable):
    """So many writes are waiting that another would wait too long. The web answers 503 with ``Retry-After``."""
