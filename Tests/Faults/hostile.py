"""Hostile peers beside honest ones: what every such row has in common.

The server lives throughout; what is looked at is whether others notice, and whether everything comes back.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from connection import Connection, Interrupted, Unanswered
from disk import NotInPlace
from result import Result
from server import Server

POSTERS = 4
PADDING = "lorem ipsum dolor sit amet " * 7


class Hostile:
    """A row: `round` is done as often as asked, and finds what is broken."""

    name: str
    # In the table.
    load: str

    def __init__(self, plan, evidence):
        self.plan = plan
        self.result = Result()
        self.dice = random.Random(plan.seed)
        self.server = Server(plan.executable, evidence.data, evidence.folder / "server.log", self.settings)
        self.acknowledged: list[int] = []
        self.server.wrap(self.wrapping())

    @property
    def is_short(self) -> bool:
        """One round: with deadlines that fit into it, where the server's own are longer."""
        return self.plan.rounds == 1

    def settings(self) -> dict[str, str]:
        """Variables of the server's process."""
        return {}

    def wrapping(self) -> list[str]:
        """A command that is given the server's to run."""
        return []

    async def round(self) -> str:
        """Returns what was measured, in a line."""
        raise NotImplementedError

    async def run(self) -> Result:
        try:
            await self.server.start()
            for number in range(1, self.plan.rounds + 1):
                measured = await self.round()
                self.result.survived += 1
                self.result.remarks.append(f"round {number}: {measured}")
            if await self.server.terminate() != 0:
                self.found("SIGTERM did not end it with 0")
        except NotInPlace:
            raise
        except Exception as failure:
            self.found(f"{type(failure).__name__}: {failure}; the server said: {self.server.last_words()}")
        finally:
            await self.server.close()
        for crash in self.server.crashes:
            self.found(crash)
        self.result.acknowledged = len(self.acknowledged)
        return self.result

    def found(self, what: str, kind: str = "other") -> None:
        self.result.verdict.add(kind, f"{self.name}, round {self.result.survived + 1}", what)

    def require(self, holds: bool, what: str) -> None:
        if not holds:
            self.found(what)

    def compare(self, who: str, expected: Iterable[int], got: list[int]) -> None:
        """A stream's ids against those it must have brought."""
        counts, expected = Counter(got), set(expected)
        for kind, ids in (
            ("lost", expected - counts.keys()),
            ("duplicated", {id for id, count in counts.items() if count > 1}),
            ("out of order", {b for a, b in zip(got, got[1:]) if b < a}),
            ("other", counts.keys() - expected),
        ):
            for id in sorted(ids):
                self.result.verdict.add(kind, str(id), f"on {who}" + (", though nobody posted it" if kind == "other" else ""))

    # The honest ones

    @asynccontextmanager
    async def posting(self, rate: float, text, room: str = "lobby"):
        """Posts what `text()` gives, so many a second, as long as the context lasts."""
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self._post(stop, n, POSTERS / rate, text, room)) for n in range(POSTERS)]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def _post(self, stop: asyncio.Event, number: int, interval: float, text, room: str) -> None:
        connection = Connection(self.server.port)
        due = time.monotonic() + interval * number / POSTERS
        while not stop.is_set():
            await asyncio.sleep(max(0, due - time.monotonic()))
            due = max(due + interval, time.monotonic() - 1)
            await self.post(text(), room, connection)
        connection.close()

    async def post(self, text: str, room: str = "lobby", connection: Connection | None = None) -> int:
        own = connection or Connection(self.server.port)
        try:
            answer = await own.request(
                "POST", f"/rooms/{room}?user=poster", {"Content-Type": "text/plain"}, text.encode()
            )
        finally:
            if not connection:
                own.close()
        if answer.status != 201:
            raise Unanswered(f"a post was answered {answer}")
        id = answer.json()["id"]
        self.acknowledged.append(id)
        return id

    async def metrics(self) -> dict[str, float]:
        """Without those that have labels."""
        connection = Connection(self.server.port)
        try:
            text = (await connection.request("GET", "/metrics")).body.decode()
        finally:
            connection.close()
        values = re.findall(r"^(\w+)(?:\{format=\"sse\"\})? ([0-9.e+]+)$", text, re.MULTILINE)
        return {name: float(value) for name, value in values}

    # Its process

    def resident(self) -> int:
        """Bytes."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) << 10

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.server.pid}/fd").iterdir()))


def kernel_buffers() -> int:
    """Bytes that the machine's TCP sockets hold."""
    return int(re.search(r"^TCP:.* mem (\d+)", Path("/proc/net/sockstat").read_text(), re.MULTILINE)[1]) * 4096


async def eventually(holds, seconds: float) -> float | None:
    """Seconds until it held; `None` if it did not."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        value = holds()
        if await value if asyncio.iscoroutine(value) else value:
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    return None


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


__all__ = ["Hostile", "Interrupted", "Unanswered", "eventually", "kernel_buffers", "percentile"]
