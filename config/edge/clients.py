"""What a client does in its own time: sending its body, and taking its response. Both have deadlines."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO, Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: A client has to move each 64 KiB of a body within ten seconds, in either direction; a slower client is disconnected.
BLOCK_BYTES = 1 << 16
BLOCK_S = 10.0
#: A complete body that is not larger goes into the buffers of the connection in one piece.
_WHOLE_BYTES = 4 * BLOCK_BYTES


class TooSlow(Exception):
    """A client did not send or take a block in time."""


class Left(Exception):
    """A client has gone away."""


class BodyTooLarge(Exception):
    """A body is larger than its address takes."""


async def _within(awaitable: Awaitable[Any], deadline: float) -> Any:
    """Wait for something until a time of the loop; raises TooSlow.

    asyncio.wait_for cannot be used: it needs a task of its own, which Granian's light scheduler does not make.
    """
    future = asyncio.ensure_future(awaitable)
    await asyncio.wait((future,), timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
    if not future.done():
        future.cancel()
        raise TooSlow
    return future.result()


async def read_body(receive: Receive, most: int) -> tuple[IO[bytes], int]:
    """Read a body of at most `most` bytes, in memory up to a block and then on disk; give it and its length.

    Raises TooSlow, BodyTooLarge or Left.
    """
    loop = asyncio.get_running_loop()
    body: IO[bytes] = tempfile.SpooledTemporaryFile(BLOCK_BYTES)  # noqa: SIM115 - closed with the response
    length, deadline, renewed_at = 0, loop.time() + BLOCK_S, BLOCK_BYTES
    try:
        while True:
            message = await _within(receive(), deadline)
            if message["type"] != "http.request":
                raise Left
            chunk = message.get("body", b"")
            length += len(chunk)
            ended = not message.get("more_body")
            if length <= most:
                body.write(chunk)
            elif ended or length > most + _WHOLE_BYTES:
                # A client that is nearly done is heard out: one that is cut off while it sends may never read the refusal.
                raise BodyTooLarge
            if length >= renewed_at:
                deadline, renewed_at = loop.time() + BLOCK_S, length + BLOCK_BYTES
            if ended:
                body.seek(0)
                return body, length
    except BaseException:
        body.close()
        raise


async def send_body(send: Send, body: bytes, *, more: bool) -> None:
    """Send a response's body or a part of it, a few blocks ahead of the client at most; raises TooSlow."""
    if not more and len(body) <= _WHOLE_BYTES:
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return
    loop = asyncio.get_running_loop()
    for begin in range(0, len(body), BLOCK_BYTES):
        end = begin + BLOCK_BYTES
        message = {"type": "http.response.body", "body": body[begin:end], "more_body": more or end < len(body)}
        await _within(send(message), loop.time() + BLOCK_S)


async def gone(receive: Receive) -> None:
    """Wait until the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
