"""A reporter that remembers, and stops an experiment when a test wants it to."""

from app.lab.messages import Cancelled, Json


class Reports:
    def __init__(self, stop_after: int | None = None) -> None:
        self.steps: list[tuple[str, int, int]] = []
        self.partials: list[dict[str, Json]] = []
        self.checks = 0
        self.stop_after = stop_after

    def progress(self, step: str, done: int, of: int) -> None:
        self.steps.append((step, done, of))

    def partial(self, result: dict[str, Json]) -> None:
        self.partials.append(result)

    def check(self) -> None:
        self.checks += 1
        if self.stop_after is not None and self.checks > self.stop_after:
            raise Cancelled
