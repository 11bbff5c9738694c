"""The limit of descriptors is reached, and freed again."""

import asyncio
import contextlib
import os
import subprocess
import time
from pathlib import Path

from company import company
from hostile import PADDING, POSTERS, Hostile, eventually
from peer import Peer, opened

# `ulimit -n` of the server; of these it keeps some for itself.
DESCRIPTORS = 300
STREAMS = 40
BEYOND = 200
POSTS_A_SECOND = 20
# Until the posters are connected, at most.
SETTLE_SECONDS = 10
# What a new client waits for at most until it is answered or closed, and until it is served once there is room again.
ANSWER_SECONDS, RECOVERY_SECONDS = 2.0, 3.0
REQUEST = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
IDLE = "GET /rooms/idle/events?presence=0 HTTP/1.1\r\nHost: x\r\n\r\n"


class Descriptors(Hostile):
    name = "descriptors"
    load = f"{STREAMS} streams, {POSTS_A_SECOND} posts/s, {BEYOND} clients over a limit of {DESCRIPTORS} descriptors"

    def wrapping(self) -> list[str]:
        return ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}", "--"]

    def settings(self) -> dict[str, str]:
        return {"ROOMCAST_LOOPS": "2"}

    async def round(self) -> str:
        before, descriptors = len(self.acknowledged), self.descriptors()
        async with company(self.server.port, STREAMS, "/rooms/lobby/events?presence=0") as good:
            async with self.posting(POSTS_A_SECOND, lambda: f"~all {time.monotonic_ns()}~ {PADDING}"):
                # Each poster has its connection once it has posted.
                connected = await eventually(lambda: len(self.acknowledged) >= before + 2 * POSTERS, SETTLE_SECONDS)
                self.require(connected is not None, f"{len(self.acknowledged) - before} posts in {SETTLE_SECONDS} s")
                full = await self._connections_run_out()
                starved = await self._system_gives_none()
            posted = self.acknowledged[before:]
            await good.have(len(posted))
            for ids, count in await good.ask("ids"):
                self.compare(f"{count} streams", posted, ids)
            self.require(await good.ask("open") == STREAMS, "streams that were open did not stay so")
            latency = (await good.ask("latencies"))["all"]
        left = await eventually(lambda: self.descriptors() <= descriptors + 2, 5)
        self.require(left is not None, f"{self.descriptors()} descriptors after it, {descriptors} before")
        return f"{full}; {starved}; {len(posted)} messages on each stream meanwhile, p99 {latency['p99']:.0f} ms"

    async def _connections_run_out(self) -> str:
        """The server's own limit, below that of the system."""
        limit = int((await self.metrics())["roomcast_connections_limit"])
        fillers = await self._filled_up_to(limit)
        beyond = await self._knock()
        refused = sum(b" 503 " in peer.received[:20] and b"too_many_connections" in peer.received for peer in beyond)
        self.require(refused == BEYOND, f"{BEYOND - refused} of {BEYOND} clients beyond the limit were not told so")
        waited = max((peer.closed_after for peer in beyond if peer.closed_after is not None), default=0.0)
        for peer in fillers + beyond:
            peer.close()
        back = await eventually(self._is_served, RECOVERY_SECONDS)
        self.require(back is not None, f"nobody is served {RECOVERY_SECONDS} s after there is room again")
        return f"{refused} beyond {limit} connections told 503, the last after {waited:.2f} s, served again after {back or 0:.2f} s"

    async def _filled_up_to(self, limit: int) -> list[Peer]:
        """Idle streams beside those that are there already, until no place is left.

        Not so many at once: the server may not have noticed yet that an earlier connection has closed, and what is refused
        for that reason would leave a place free later.
        """
        fillers: list[Peer] = []
        wanted = limit - STREAMS - POSTERS

        async def is_full() -> bool:
            taken = [peer for peer in fillers if peer.read() and b" 200 " in peer.received[:20]]
            if len(taken) < wanted and _settled(fillers):
                fillers.extend(await opened(wanted - len(taken), lambda _: Peer(self.server.port, IDLE)))
            return len(taken) == wanted

        full = await eventually(is_full, SETTLE_SECONDS)
        self.require(full is not None, f"the server has not taken {wanted} idle streams within {SETTLE_SECONDS} s")
        return fillers

    async def _system_gives_none(self) -> str:
        """The system's limit falls below what is open: accept(2) fails, EMFILE."""
        self._set_limit(self._first_free_descriptor())
        beyond = await self._knock()
        waited = max((peer.closed_after for peer in beyond if peer.closed_after is not None), default=0.0)
        self._set_limit(DESCRIPTORS)
        for peer in beyond:
            peer.close()
        back = await eventually(self._is_served, RECOVERY_SECONDS)
        self.require(back is not None, f"nobody is served {RECOVERY_SECONDS} s after the system has descriptors again")
        return f"{BEYOND} without a descriptor closed, the last after {waited:.2f} s, served again after {back or 0:.2f} s"

    async def _knock(self) -> list[Peer]:
        """Further clients; each must be answered, or closed, and not wait."""
        beyond = await opened(BEYOND, lambda _: Peer(self.server.port, REQUEST))
        await eventually(lambda: not any([peer.read() for peer in beyond]), ANSWER_SECONDS)
        waiting = sum(peer.closed_after is None and not peer.received for peer in beyond)
        self.require(not waiting, f"{waiting} of {BEYOND} clients were left to wait for {ANSWER_SECONDS} s and more")
        return beyond

    async def _is_served(self) -> bool:
        peer = Peer(self.server.port, REQUEST)
        try:
            return await eventually(lambda: peer.read() and b" 200 " in peer.received[:20], 0.3) is not None
        finally:
            peer.close()

    def _first_free_descriptor(self) -> int:
        """Above the one that the server keeps to give up, which is among the first that it opened."""
        used: dict[int, str] = {}
        for entry in Path(f"/proc/{self.server.pid}/fd").iterdir():
            # One may be closed between the listing and the look.
            with contextlib.suppress(FileNotFoundError):
                used[int(entry.name)] = os.readlink(entry)
        spare = max(number for number, target in used.items() if target == "/dev/null")
        return next(number for number in range(spare, DESCRIPTORS) if number not in used)

    def _set_limit(self, count: int) -> None:
        subprocess.run(["prlimit", "--pid", str(self.server.pid), f"--nofile={count}:{DESCRIPTORS}"], check=True)


def _settled(peers: list[Peer]) -> bool:
    for peer in peers:
        peer.read()
    return all(peer.received or peer.closed_after is not None for peer in peers)
