"""Thousands of connections that dribble their headers or bodies, beside clients that want something."""

import asyncio
import time

from connection import Connection
from hostile import Hostile, eventually, percentile
from peer import Peer, opened

DRIBBLERS = 2000
DRIBBLE_SECONDS = 0.5
# The headers' and the body's deadline: so short that the short form is, and the server's own.
DEADLINES = ((2, 5), (10, 30))
# Looked at once a second, from a clock of whole seconds.
EARLY_SECONDS, LATE_SECONDS = 1.1, 2.5
CLIENTS = 4
CLIENT_PAUSE = 0.02
BASE_SECONDS = 1.5
# What an honest client waits for at most, for two answers: it shares its processor with those who dribble.
SLOWEST_SECONDS = 2.0
# Until the descriptors of those that were cut off are back, at most.
DESCRIPTOR_SECONDS = 5
HEADERS = "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
BODY = "POST /rooms/lobby?user=slow HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n"


class Slowloris(Hostile):
    name = "slowloris"
    load = f"{DRIBBLERS:,} connections that dribble headers or bodies, {CLIENTS} honest clients"

    def settings(self) -> dict[str, str]:
        headers, body = self._deadlines
        return {"ROOMCAST_HEADER_TIMEOUT": str(headers), "ROOMCAST_BODY_TIMEOUT": str(body)}

    @property
    def _deadlines(self) -> tuple[int, int]:
        return DEADLINES[0 if self.is_short else 1]

    async def round(self) -> str:
        base = await self._serve_for(BASE_SECONDS)
        descriptors = self.descriptors()
        starts = [HEADERS, BODY]
        dribblers = await opened(DRIBBLERS, lambda number: Peer(self.server.port, starts[number % 2]))
        try:
            dribble = asyncio.create_task(self._dribble(dribblers))
            beside = await self._serve_while(dribble)
        finally:
            for peer in dribblers:
                peer.close()
        measured = [self._check(kind, dribblers[start::2], deadline) for start, kind, deadline in zip((0, 1), ("headers", "bodies"), self._deadlines)]
        back = await eventually(lambda: self.descriptors() <= descriptors + 2, DESCRIPTOR_SECONDS)
        self.require(back is not None, f"{self.descriptors()} descriptors after it, {descriptors} before")
        base_p99, p99, slowest = percentile(base, 0.99), percentile(beside, 0.99), max(beside)
        self.require(slowest <= SLOWEST_SECONDS, f"an honest client waited {slowest:.2f} s")
        return (
            f"{len(beside):,} honest requests beside them, p99 {p99 * 1000:.0f} ms ({base_p99 * 1000:.0f} without), "
            f"slowest {slowest * 1000:.0f}; {', '.join(measured)}"
        )

    async def _dribble(self, dribblers: list[Peer]) -> None:
        longest = max(self._deadlines) + LATE_SECONDS
        began = time.monotonic()
        while time.monotonic() < began + longest:
            standing = [peer for peer in dribblers if peer.closed_after is None]
            if not standing:
                return
            for number, peer in enumerate(standing):
                # One that is closed is seen by reading; what is sent to it may still find a buffer.
                if peer.read():
                    peer.send("x")
                if number % 10 == 9:
                    await asyncio.sleep(0)
            await asyncio.sleep(DRIBBLE_SECONDS)

    def _check(self, kind: str, peers: list[Peer], deadline: int) -> str:
        ends = [peer.closed_after for peer in peers if peer.closed_after is not None]
        self.require(len(ends) == len(peers), f"{len(peers) - len(ends):,} of {len(peers):,} that dribble {kind} were not closed")
        if not ends:
            return f"{kind}: none closed"
        first, last = min(ends), max(ends)
        self.require(first >= deadline - EARLY_SECONDS, f"dribbled {kind} were cut off after {first:.1f} s already")
        # As it was opened itself while thousands were, and looked at every half a second.
        self.require(last <= deadline + LATE_SECONDS, f"dribbled {kind} were cut off after {last:.1f} s only")
        return f"{kind} cut off after {first:.1f}–{last:.1f} s (deadline {deadline})"

    # The honest ones

    async def _serve_for(self, seconds: float) -> list[float]:
        return await self._serve_while(asyncio.create_task(asyncio.sleep(seconds)))

    async def _serve_while(self, task: asyncio.Task) -> list[float]:
        """Seconds that each took: a new connection, a page of history, and a post."""
        taken: list[float] = []

        async def client() -> None:
            while not task.done():
                began = time.monotonic()
                connection = Connection(self.server.port)
                answer = await connection.request("GET", "/rooms/lobby/messages?limit=5")
                self.require(answer.status == 200, f"an honest client was answered {answer}")
                await self.post("hello", connection=connection)
                connection.close()
                taken.append(time.monotonic() - began)
                await asyncio.sleep(CLIENT_PAUSE)

        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        await task
        return taken
