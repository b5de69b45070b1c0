"""Nothing acknowledged is lost, nothing is counted twice: many clients, and a server that is killed while they work."""

import asyncio
import random
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.course import SLUG
from tests.journeys.server import Server

CLIENTS, TIMES = 50, 20


def first_questions(url: str) -> list[tuple[str, dict[str, Any]]]:
    """(attempts URL, question as shown) of every choice question of the course."""
    with httpx.Client(base_url=url + "/api/v1", timeout=30) as api:
        found = []
        for lesson in api.get(f"/courses/{SLUG}").json()["lessons"]:
            for item in api.get(f"/courses/{SLUG}/lessons/{lesson['slug']}").json()["questions"]:
                name = item["id"] if isinstance(item, dict) else item
                question = api.get(f"/courses/{SLUG}/questions/{name}").json()
                if question["kind"] == "choice":
                    found.append((f"/api/v1/courses/{SLUG}/questions/{name}/attempts", question))
        return found


def key_of(url: str, attempts: str, question: dict[str, Any]) -> str:
    """The right option, found by a guest who tries them all."""
    for option in question["options"]:
        body = {"answer": option["id"], "attempt_key": uuid.uuid4().hex}
        if httpx.post(url + attempts, json=body, timeout=30).json()["correct"]:
            return str(option["id"])
    raise AssertionError(f"no option of {attempts} is right")


def test_the_same_answer_by_fifty_clients_twenty_times_is_one_award(server: Server) -> None:
    attempts, question = first_questions(server.url)[0]
    key = key_of(server.url, attempts, question)

    async def everyone() -> list[dict[str, Any]]:
        limits = httpx.Limits(max_connections=CLIENTS)
        async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as one_student:
            await one_student.get("/")

            async def client() -> list[dict[str, Any]]:
                outcomes = []
                for _ in range(TIMES):
                    body = {"answer": key, "attempt_key": uuid.uuid4().hex}
                    answer = await one_student.post(attempts, json=body)
                    assert answer.status_code == 200, answer.text
                    outcomes.append(answer.json())
                return outcomes

            rounds = await asyncio.gather(*(client() for _ in range(CLIENTS)))
            me = (await one_student.get("/api/v1/me")).json()
            ledger = (await one_student.get("/me/xp")).text
            assert me["xp"]["total"] == 20
            assert ledger.count("+20") == 1
            return [outcome for outcomes in rounds for outcome in outcomes]

    outcomes = asyncio.run(everyone())
    assert len(outcomes) == CLIENTS * TIMES
    assert all(outcome["correct"] for outcome in outcomes)
    assert sum(outcome["xp_awarded"] for outcome in outcomes) == 20


@pytest.mark.timeout(240)
def test_a_killed_server_has_lost_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    server = Server(tmp_path).start("/healthz")
    questions = first_questions(server.url)
    keys = [(attempts, key_of(server.url, attempts, question)) for attempts, question in questions[:4]]
    acknowledged: list[tuple[httpx.Cookies, str, str, str, dict[str, Any]]] = []
    kills = 4

    async def student(stop: asyncio.Event) -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
            await client.get("/")
            for attempts, key in random.sample(keys, len(keys)):
                body = {"answer": key, "attempt_key": uuid.uuid4().hex}
                try:
                    answer = await client.post(attempts, json=body)
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    acknowledged.append((client.cookies, attempts, key, body["attempt_key"], answer.json()))
                if stop.is_set():
                    return

    async def load(seconds: float) -> None:
        stop = asyncio.Event()

        async def stream() -> None:
            while not stop.is_set():
                await student(stop)

        workers = [asyncio.create_task(stream()) for _ in range(16)]
        await asyncio.sleep(seconds)
        await asyncio.to_thread(server.kill)
        stop.set()
        await asyncio.gather(*workers, return_exceptions=True)

    for _ in range(kills):
        asyncio.run(load(3))
        server.start("/healthz")
    assert len(acknowledged) > 50, "too little load to say anything"
    with httpx.Client(base_url=server.url, timeout=30) as client:
        for cookies, attempts, key, attempt_key, outcome in acknowledged:
            client.cookies = cookies
            again = client.post(attempts, json={"answer": key, "attempt_key": attempt_key}).json()
            stored = {k: outcome[k] for k in ("correct", "score", "xp_awarded")}
            assert {k: again[k] for k in stored} == stored
            assert client.get("/api/v1/me").json()["xp"]["total"] >= outcome["total_xp"]
    server.stop()
