"""What goes on behind a page after its browser has gone."""

import asyncio
import gc
from typing import Any

import pytest

from app.content.questions import AnswerError
from app.web.measuring import see_through


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(("error", "logged"), [(AnswerError("not measured"), False), (ZeroDivisionError(), True)])
async def test_what_fails_with_nobody_waiting_is_told_once_if_at_all(
    error: Exception, logged: bool, caplog: pytest.LogCaptureFixture
) -> None:
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))

    async def work() -> None:
        raise error

    await asyncio.wait({see_through(work())})
    await asyncio.sleep(0)
    gc.collect()
    assert unheard == []
    assert [bool(record.exc_info) for record in caplog.records] == [True] * logged
