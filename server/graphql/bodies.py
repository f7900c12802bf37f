"""Bodies of requests: read whole, within bounds, unpacked where they came packed."""

import zlib
from collections.abc import Mapping

from starlette.types import Message, Receive

from server.graphql.presence import Gone
from server.graphql.refusals import Refusal

_WINDOWS = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


async def body_of(receive: Receive, headers: Mapping[bytes, bytes], most: int) -> bytes:
    """The body of a request."""
    announced = headers.get(b"content-length")
    if announced is not None and (len(announced) > 18 or int(announced) > most):
        raise _too_large(most)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body") or message["type"] != "http.request":
        body = await _rest(receive, message, most)
    if len(body) > most:
        raise _too_large(most)
    encoding = headers.get(b"content-encoding")
    return body if encoding is None else _unpacked(body, encoding.strip().lower(), most)


async def _rest(receive: Receive, message: Message, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] != "http.request":
            raise Gone
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > most:
            raise _too_large(most)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def _unpacked(body: bytes, encoding: bytes, most: int) -> bytes:
    if encoding == b"identity":
        return body
    if encoding not in _WINDOWS:
        raise Refusal(
            415,
            "This content encoding is not read here: send the body as it is, or in gzip or deflate.",
            headers={"accept-encoding": "gzip, deflate"},
        )
    unpacking = zlib.decompressobj(_WINDOWS[encoding])
    try:
        found = unpacking.decompress(body, most + 1)
    except zlib.error:
        raise Refusal(400, "The body is not packed the way its content encoding says.") from None
    if len(found) > most:
        raise _too_large(most)
    if not unpacking.eof or unpacking.unused_data:
        raise Refusal(400, "The body is not packed the way its content encoding says.")
    return found


def _too_large(most: int) -> Refusal:
    return Refusal(
        413,
        f"The body is larger than {most:,} bytes, the most that is read here.",
        headers={"connection": "close"},
        extensions={"limit": most},
    )
