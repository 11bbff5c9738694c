"""A keep-alive HTTP/1.1 connection to the server, as plain as an honest client can be."""

import asyncio
import json
from dataclasses import dataclass

ANSWER_SECONDS = 20


class Interrupted(Exception):
    """The connection broke before the answer was whole: nobody knows what became of the request.

    `never_began` where there was no connection; `was_accepted` where the server had shown before that it had taken it.
    """

    def __init__(self, reason: str, never_began: bool = False, was_accepted: bool = False):
        super().__init__(reason)
        self.never_began = never_began
        self.was_accepted = was_accepted


class Unanswered(Exception):
    """The connection stands, and yet no answer came in time, or none that is HTTP."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.status} {self.body[:300].decode(errors='replace').strip()}"


class Connection:
    """Opens when it is first used and again after it broke; one request at a time."""

    def __init__(self, port: int):
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        # Of the present connection, or the last one.
        self._answers = 0

    async def request(self, method: str, path: str, headers: dict[str, str] = {}, body: bytes = b"") -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        # As every client does: one that the server has closed meanwhile is not used again.
        if self._streams and self._streams[0].at_eof():
            self.close()
        self._answers = self._answers if self._streams else 0
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._exchange(head.encode() + body)
        except BaseException as error:
            never_began = self._streams is None
            self.close()
            match error:
                case TimeoutError():
                    raise Unanswered(f"{method} {path}: no answer in {ANSWER_SECONDS} s") from None
                case OSError() | EOFError():
                    raise Interrupted(repr(error), never_began, self._answers > 0) from None
                case ValueError() | LookupError() | asyncio.LimitOverrunError():
                    raise Unanswered(f"{method} {path}: what came is no HTTP: {error!r}") from None
            raise

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
            self._streams = None

    async def _exchange(self, request: bytes) -> Answer:
        if not self._streams:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = head[:-4].split("\r\n")
        fields = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = await self._chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        self._answers += 1
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(status_line.split(" ", 2)[1]), headers, body)

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> bytes:
        chunks = []
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            chunks.append(await reader.readexactly(size))
            await reader.readexactly(2)
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass
        return b"".join(chunks)
