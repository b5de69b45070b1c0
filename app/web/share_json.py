"""A share for programs."""

from typing import Any

from app.learning.shares import Share


def as_json(one: Share, open: bool = True) -> dict[str, Any]:
    """A share as the API and the export tell it; ``open``: with its code, which a challenge's solution may withhold."""
    figures = one.measured
    return {
        "id": one.token,
        "kind": one.kind,
        "title": one.title,
        "description": one.description,
        "name": one.name,
        "visibility": one.visibility,
        "course": one.course,
        "lab": one.lab,
        "question": one.question,
        "experiment": one.spec.experiment,
        "spec": one.spec.as_json() if open else None,
        "run": one.spec.id if open else None,
        "measured": {
            "params": figures.params,
            "macs": figures.macs,
            "depth": figures.depth,
            "rf": figures.rf,
            "accuracy": figures.accuracy,
            "lab_version": one.lab_version,
        },
        "created": one.created,
        "changed": one.changed,
        "published": one.published,
    }
