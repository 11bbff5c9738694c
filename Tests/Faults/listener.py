"""A stream that notes when each numbered message came, in whatever format and however it is framed."""

import asyncio
import re
import time

TOKEN = re.compile(rb"<m-(\d+)>")
LONGEST_TOKEN = 16


def numbered(number: int) -> str:
    return f"<m-{number}>"


class Listener:
    """`seen` has, for each number, when it came; the clock is `time.monotonic`."""

    def __init__(self, name: str):
        self.name = name
        self.seen: dict[int, float] = {}
        self.head = b""
        self.has_ended = False
        self._tail = b""
        self._task: asyncio.Task | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._process: asyncio.subprocess.Process | None = None

    @classmethod
    async def over_http(cls, name: str, port: int, path: str) -> "Listener":
        listener = cls(name)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: chat.example\r\n\r\n".encode())
        # A writer that nobody has any more closes its connection.
        listener._writer = writer
        listener._task = asyncio.create_task(listener._read(reader))
        return listener

    @classmethod
    async def over_curl(cls, name: str, *arguments: str) -> "Listener":
        listener = cls(name)
        process = listener._process = await asyncio.create_subprocess_exec(
            *["setpriv", "--pdeathsig", "KILL", "--", "curl", "-siN", *arguments],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        listener._task = asyncio.create_task(listener._read(process.stdout))
        return listener

    async def begins(self, within: float) -> bool:
        """Returns once something of the stream itself has come."""
        return await self._until(lambda: len(self.head.partition(b"\r\n\r\n")[2]) > 0, within)

    async def sees(self, number: int, within: float) -> bool:
        return await self._until(lambda: number in self.seen, within)

    async def ends(self, within: float) -> bool:
        return await self._until(lambda: self.has_ended, within)

    async def close(self) -> None:
        if self._writer:
            self._writer.transport.abort()
        if self._process:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
        await asyncio.wait([self._task])

    async def _until(self, condition, within: float) -> bool:
        deadline = time.monotonic() + within
        while not condition() and not self.has_ended and time.monotonic() < deadline:
            await asyncio.sleep(0.005)
        return condition()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(65536):
                now = time.monotonic()
                if len(self.head) < 4096:
                    self.head += data
                for match in TOKEN.finditer(self._tail + data):
                    self.seen.setdefault(int(match[1]), now)
                self._tail = data[-LONGEST_TOKEN:] if len(data) >= LONGEST_TOKEN else (self._tail + data)[-LONGEST_TOKEN:]
        except OSError:
            pass
        finally:
            self.has_ended = True
