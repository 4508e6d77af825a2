"""The limit of a request's body: refused by its header, or as soon as too much has come."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.api.problems import Problem, problem_response

PART_SECONDS = 30.0  # between two parts of a body; a station's network is slower than its disk
_ADVICE = "Send a smaller picture (300 dpi, JPEG), or raise --max-body of periksa serve."


class TooLarge(Problem):
    """More came than the server takes."""

    def __init__(self, most: int) -> None:
        super().__init__(413, "request.too_large", _message(most), _ADVICE)


class TooSlow(Problem):
    """The client stopped in the middle of its body."""

    def __init__(self) -> None:
        super().__init__(
            408,
            "request.too_slow",
            f"no part of the body came for {PART_SECONDS:.0f} s",
            "Check the network and send it again.",
        )


class BodyLimit:
    """ASGI middleware: at most ``most`` bytes a body."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > self._most:
            # The server throws away what still comes: a connection closed in the middle of the
            # client's sentence would lose our answer on its way.
            refusal = problem_response(413, "request.too_large", _message(self._most), _ADVICE)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, _Counted(receive, self._most), send)


class _Counted:
    """``receive`` that counts; raises TooLarge or TooSlow in whoever reads the body."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._seen = 0
        self._more = True

    async def __call__(self) -> Message:
        if not self._more:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), PART_SECONDS)
        except TimeoutError:
            raise TooSlow from None
        self._seen += len(message.get("body", b""))
        self._more = bool(message.get("more_body", False))
        if self._seen > self._most:
            raise TooLarge(self._most)
        return message


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _message(most: int) -> str:
    return f"the body is larger than {most / (1 << 20):g} MiB"
