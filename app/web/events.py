"""Server-sent events of a run. https://html.spec.whatwg.org/multipage/server-sent-events.html

FastAPI can send events itself, but logs an error for every page that is closed while it listens (tried with 0.165).
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse

#: Seconds of silence after which a comment is sent, so that no proxy takes the line for dead.
PAUSE = 15.0

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def event(kind: str, data: str, number: int) -> bytes:
    """One event as it goes over the line."""
    return format_sse_event(data_str=data, event=kind, id=str(number))


def stream(events: AsyncIterator[bytes]) -> StreamingResponse:
    """An answer that sends ``events`` as they come; they are told (``aclose``) when nobody listens any more."""
    return StreamingResponse(_kept_alive(events), media_type="text/event-stream", headers=_HEADERS)


async def _kept_alive(events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    coming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            await asyncio.wait({coming}, timeout=PAUSE)
            if not coming.done():
                yield b": still here\n\n"
                continue
            known = coming.result()
            if known is None:
                return
            yield known
            coming = asyncio.ensure_future(anext(events, None))
    finally:
        coming.cancel()
