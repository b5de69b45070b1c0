"""Every route of the site, found in the application itself, and how to ask each of them properly."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import update
from starlette.testclient import TestClient

from app.lab.catalogue import spec
from app.learning import comments, pen_names, shares
from app.runs import Run, record
from app.web import clock
from tests.web.conftest import Site
from tests.web.results import PARAMETERS

SAFE = frozenset({"GET", "HEAD"})


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """(method, path) of every route; a mount counts as GET."""
    for route in iter_route_contexts(app.routes):
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield method, str(route.path)


#: What stands for a path's parameters where the object exists, and where none does.
THERE = {
    "course": "small-course",
    "lesson": "stacks",
    "question": "kernel-reach",
    "lab": "one-layer",
    "walkthrough": "a-block",
    "experiment": "parameters",
    "skill": "stacking",
    "name:path": "block.png",
    "other_id": "1" * 32,
    "report_id": "987654321",
    "share_id": "987654321",
    "test": "0" * 32,
    "note": "2" * 32,
    "class_id": "4" * 32,
}
#: A number and a name that no object has.
NOTHING = "987654321"
ABSENT = {
    **dict.fromkeys(THERE, "nowhere"),
    "run_id": "0" * 32,
    **dict.fromkeys(("token_id", "token", "review", "secret"), "nothing"),
    "comment_id": "987654321",
}


@dataclass(frozen=True)
class Asked:
    """The rest of a proper request."""

    data: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    #: By field: name, bytes, content type.
    files: Mapping[str, tuple[str, bytes, str]] | None = None


#: By (method, path), for what changes something.
BODIES: Mapping[tuple[str, str], Asked] = {
    ("POST", "/courses/{course}/questions/{question}/attempts"): Asked({"unknown": "1"}),
    ("POST", "/courses/{course}/questions/{question}/hints"): Asked({"number": "1"}),
    ("POST", "/courses/{course}/questions/{question}/variants"): Asked({"after": "0"}),
    ("POST", "/courses/{course}/skills/{skill}/tests/{test}"): Asked({}),
    ("POST", "/courses/{course}/labs/{lab}/runs"): Asked({"experiment": "parameters"}),
    ("POST", "/courses/{course}/labs/{lab}/predictions"): Asked({"value": "27"}),
    ("POST", "/lab/{experiment}/runs"): Asked({"experiment": "parameters"}),
    ("POST", "/runs/{run_id}/cancel"): Asked({}),
    ("POST", "/runs/{run_id}/fresh"): Asked({}),
    ("POST", "/nexus/shares"): Asked({"run": spec("parameters", network="vgg13").id, "visibility": "link"}),
    ("POST", "/nexus/name"): Asked({"name": "x"}),
    ("POST", "/api/v1/shares"): Asked(json={"run": spec("parameters", network="vgg13").id, "kind": "network"}),
    ("PATCH", "/api/v1/shares/{token}"): Asked(json={"visibility": "private"}),
    ("DELETE", "/api/v1/shares/{token}"): Asked(),
    ("POST", "/nexus/s/{token}"): Asked({"visibility": "private"}),
    ("POST", "/nexus/s/{token}/runs"): Asked({}),
    ("POST", "/nexus/s/{token}/delete"): Asked({}),
    ("POST", "/nexus/s/{token}/restore"): Asked({}),
    ("POST", "/nexus/mine/comments/{comment_id}/delete"): Asked({}),
    ("POST", "/nexus/s/{token}/comments"): Asked({"body": "Why?", "name": "", "key": "a-key"}),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/delete"): Asked({}),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/restore"): Asked({}),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/report"): Asked({"reason": "Unkind"}),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/hide"): Asked({}),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/show"): Asked({}),
    ("POST", "/nexus/s/{token}/report"): Asked({"reason": "Unkind"}),
    ("POST", "/nexus/s/{token}/hold"): Asked({}),
    ("POST", "/nexus/online"): Asked({"seen": "1"}),
    ("POST", "/nexus/here"): Asked({"course": "small-course"}),
    ("POST", "/studio/reports/{report_id}/settle"): Asked({}),
    ("POST", "/studio/reports/held/{share_id}/release"): Asked({}),
    ("POST", "/courses/{course}/lessons/{lesson}/notes"): Asked(
        {"key": "3" * 32, "section": "what-a-stack-sees", "body": "a note"}
    ),
    ("POST", "/courses/{course}/lessons/{lesson}/bookmarks"): Asked({"on": "1"}),
    ("POST", "/me/notes/{note}"): Asked({"body": "other words"}),
    ("POST", "/me/notes/{note}/delete"): Asked({}),
    ("POST", "/me/notes/{note}/restore"): Asked({}),
    ("POST", "/me/bookmarks/remove"): Asked({"course": "small-course", "lesson": "stacks"}),
    ("POST", "/join/{secret}"): Asked({}),
    ("POST", "/me/classes/{class_id}/leave"): Asked({}),
    ("POST", "/me/classes/{class_id}/return"): Asked({}),
    ("POST", "/me/tokens"): Asked({"label": "a token"}),
    ("POST", "/me/delete"): Asked({}),
    ("POST", "/me/time"): Asked({"count": "1"}),
    ("POST", "/me/time/reports"): Asked({"page": "0" * 32, "seconds": "60"}),
    ("POST", "/me/time/delete"): Asked({}),
    ("POST", "/me/tokens/{token_id}/revoke"): Asked({}),
    ("POST", "/me/plan/goal"): Asked({"counted": "days", "goal": "3"}),
    ("POST", "/me/plan/time-zone"): Asked({"zone": "Europe/Berlin"}),
    ("POST", "/me/plan/feed"): Asked({}),
    ("POST", "/me/plan/feed/revoke"): Asked({}),
    ("POST", "/review"): Asked({}),
    ("POST", "/review/{review}/next"): Asked({"after": "1"}),
    ("POST", "/review/{review}/end"): Asked({}),
    ("POST", "/api/v1/reviews"): Asked(json={}),
    ("POST", "/api/v1/reviews/{review}/answers"): Asked(json={"place": 1, "answer": None}),
    ("POST", "/account/new"): Asked({"name": "New", "email": "new@example.org", "password": "long enough to do"}),
    ("POST", "/sign-in"): Asked({"email": "nobody@example.org", "password": "wrong, and long"}),
    ("POST", "/sign-out"): Asked({}),
    ("POST", "/language"): Asked({"language": "en"}),
    ("POST", "/api/v1/courses/{course}/questions/{question}/attempts"): Asked(json={"answer": None}),
    ("POST", "/api/v1/courses/{course}/skills/{skill}/tests/{test}"): Asked(json={"answers": {}}),
    ("POST", "/api/v1/runs"): Asked(json={"experiment": "parameters", "network": "vgg11"}),
    ("DELETE", "/api/v1/runs/{run_id}"): Asked(),
}


def filled(path: str, values: Mapping[str, str]) -> str:
    """``path`` with its parameters; of the studio and of classes, what nothing is said of is not there."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    if path.startswith(("/studio/", "/join/")):
        path = re.sub(r"\{\w+\}", NOTHING, path)
    assert "{" not in path, f"nothing is known of a parameter of {path}"
    return path


def ended_run(site: Site) -> str:
    """The id of a run that is over, so that its stream ends, with a result to take away."""
    wanted = spec("parameters", network="vgg13")
    now = time.time()
    run = Run(wanted.id, wanted, "done", now, now, "CPU", 0.1, result_text=json.dumps(PARAMETERS))

    def write(conn: Any) -> None:
        record.ask(conn, run, "0" * 32, "nobody")
        record.finish(conn, run, lasting=True, owner="nobody")

    site.db.write_now(write)
    return wanted.id


def begun_review(site: Site, client: TestClient) -> str:
    """The id of a set of this client's own, its only question answered."""
    client.post("/api/v1/courses/small-course/questions/kernel-reach/attempts", json={"answer": None})
    site.app.state.clock = clock.ahead(10)
    begun = client.post("/api/v1/reviews", json={}).json()["review"]
    client.post(f"/api/v1/reviews/{begun['id']}/answers", json={"place": 1, "answer": None})
    return str(begun["id"])


def shared(site: Site) -> str:
    """The token of what a guest shares by link."""
    sent = site.visitor().post("/nexus/shares", data={"run": ended_run(site), "visibility": "link"})
    return str(sent.headers["location"]).rpartition("/")[2]


def commented(site: Site) -> dict[str, str]:
    """The token of what is shared by link, in the course, and the id of what an account said under it."""
    token, now = shared(site), time.time()
    account = site.account()

    def write(conn: Any) -> int:
        pen_names.choose(conn, account.id, f"Writer {account.id[:8]}", now)
        one = shares.find(conn, token, account.id)
        assert one
        conn.execute(update(shares.share).where(shares.share.c.id == one.id).values(course="small-course"))
        return comments.say(conn, one, account.id, "How deep is it?", "a-key", now).id

    return {"token": token, "comment_id": str(site.db.write_now(write))}
