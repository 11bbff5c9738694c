"""Readers that never read, and readers of a byte a second, beside good ones."""

import asyncio
import statistics
import time

from company import Company, company
from event_stream import EventParser
from hostile import PADDING, Hostile, eventually, kernel_buffers
from peer import Peer, is_held, opened

GOOD, NEVER, TRICKLING = 300, 300, 100
POSTS_A_SECOND = 200
PAIRS = 5
PHASE_SECONDS = (1.0, 6.0)
# Until no more fits: the posts are large for a while, and not measured.
FILLING_TEXT = "x" * 12_000
FILLING_POSTS = 40
# Five looks, two seconds apart; and the server's own in the long form: fifteen.
STALL_SECONDS = (8, 60)
# 24 KiB for each of 400, 16 of them its buffer; a room's tail, 4 MiB, whose pages are not shared any more; and the noise.
BOUND_BYTES = 26 << 20
# Of the kernel for a stalled one: what may wait in it unsent, and what the peer has not read.
KERNEL_BYTES_EACH = 400 << 10
LATENCY_FACTOR = 2
# Below this much a difference is the machine's, in milliseconds.
LATENCY_NOISE = 10


class Stalled(Hostile):
    name = "stalled"
    load = f"{NEVER} readers that never read, {TRICKLING} of a byte a second, {GOOD} good ones, {POSTS_A_SECOND} posts/s"

    def settings(self) -> dict[str, str]:
        return {"ROOMCAST_STALL_TIMEOUT": str(self._stall_seconds)}

    @property
    def _stall_seconds(self) -> int:
        return STALL_SECONDS[0 if self.is_short else 1]

    async def round(self) -> str:
        self._phase = "filling"
        self._bad: list[Peer] = []
        self._before = len(self.acknowledged)
        trickle = asyncio.create_task(self._trickle())
        try:
            async with company(self.server.port, GOOD, "/rooms/lobby/events?presence=0") as good:
                latencies, without, held, kernel = await self._phases(good)
                closed = await self._wait_until_closed()
                for _ in range(20):
                    await self.post(self._text())
                posted = self.acknowledged[self._before :]
                resumed = await self._resume(posted)
                await good.have(len(posted))
                for ids, count in await good.ask("ids"):
                    self.compare(f"{count} good streams", posted, ids)
                self.require(await good.ask("open") == GOOD, "good streams were closed")
        finally:
            trickle.cancel()
            for peer in self._bad:
                peer.close()
        return (
            f"good ones' p99 {latencies['without']:.1f} ms without, {latencies['with']:.1f} ms with, medians of {PAIRS}; "
            f"resident {without / 2**20:.0f} MiB without, {held / 2**20:.0f} MiB with (bound: {BOUND_BYTES / 2**20:.0f} more); "
            f"the kernel holds {kernel / 2**10:.0f} KiB for each stalled one; {closed}; {resumed}"
        )

    def _text(self) -> str:
        return f"~{self._phase} {time.monotonic_ns()}~ {PADDING}"

    # With them and without

    async def _phases(self, good: Company) -> tuple[dict[str, float], int, int, int]:
        seconds = PHASE_SECONDS[0 if self.is_short else 1]
        resident: dict[str, list[int]] = {"without": [], "with": []}
        kernel_each = 0
        # The memory of the good ones and of the room is there before anything is compared.
        await self._fill(good)
        for number in range(PAIRS):
            for kind in ("without", "with"):
                if kind == "with":
                    kernel = kernel_buffers()
                    await self._open_bad()
                    await self._fill(good)
                    kernel_each = max(kernel_each, (kernel_buffers() - kernel) // len(self._bad))
                self._phase = f"{kind}{number}"
                async with self.posting(POSTS_A_SECOND, self._text):
                    await asyncio.sleep(seconds)
                resident[kind].append(self.resident())
                if kind == "with" and number < PAIRS - 1:
                    for peer in self._bad:
                        peer.close()
                    self._bad = []
                    await asyncio.sleep(0.2)
        phases = await good.ask("latencies")
        p99 = {
            kind: statistics.median(phases[f"{kind}{number}"]["p99"] for number in range(PAIRS)) for kind in resident
        }
        allowed = max(LATENCY_FACTOR * p99["without"], p99["without"] + LATENCY_NOISE)
        self.require(p99["with"] <= allowed, f"good ones' p99 is {p99['with']:.1f} ms beside them, {p99['without']:.1f} without")
        without, held = statistics.median(resident["without"]), max(resident["with"])
        self.require(held - without <= BOUND_BYTES, f"they take {(held - without) / 2**20:.0f} MiB of the server's memory")
        self.require(kernel_each <= KERNEL_BYTES_EACH, f"{kernel_each / 2**10:.0f} KiB is more than the kernel may keep for each")
        return p99, without, held, kernel_each

    async def _open_bad(self) -> None:
        request = "GET /rooms/lobby/events?presence=0 HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
        self._bad = await opened(NEVER + TRICKLING, lambda _: Peer(self.server.port, request))
        streams = GOOD + NEVER + TRICKLING
        assert await eventually(lambda: self._streams_are(streams), 10) is not None, "they were not let in"

    async def _streams_are(self, count: int) -> bool:
        return (await self.metrics())["roomcast_streams_open"] == count

    async def _fill(self, good: Company) -> None:
        for _ in range(FILLING_POSTS):
            await self.post(FILLING_TEXT)
        await good.have(len(self.acknowledged) - self._before)

    async def _trickle(self) -> None:
        while True:
            for peer in self._bad[NEVER:]:
                peer.read(1)
            await asyncio.sleep(1)

    # Their end

    async def _wait_until_closed(self) -> str:
        """Those that never read have stalled since they were filled; a byte a second opens no window either."""
        began = time.monotonic()
        longest = self._stall_seconds * 1.25 + 4
        gone: list[float] = []
        held = list(self._bad)
        while held and time.monotonic() < began + longest:
            await asyncio.sleep(0.1)
            left = [peer for peer in held if is_held(peer)]
            gone += [time.monotonic() - began] * (len(held) - len(left))
            held = left
        never = sum(is_held(peer) for peer in self._bad[:NEVER])
        self.require(not never, f"{never} of {NEVER} that never read are still there after {longest:.0f} s")
        if not gone:
            return "none was closed"
        return f"{len(gone)} closed {gone[0]:.0f}–{gone[-1]:.0f} s after the load (limit {self._stall_seconds} s)"

    async def _resume(self, posted: list[int]) -> str:
        """Each reads what had come, and goes on from there."""
        parser, replayed = EventParser(), 0
        again: list[tuple[Peer, Peer]] = []
        for peer in self._bad:
            peer.drain()
            peer.parse(parser)
            request = f"GET /rooms/lobby/events?presence=0 HTTP/1.1\r\nHost: x\r\nLast-Event-ID: {peer.cursor}\r\n\r\n"
            again.append((peer, Peer(self.server.port, request)))
            await asyncio.sleep(0)
        last = posted[-1]

        def all_came() -> bool:
            for _, peer in again:
                peer.read()
                peer.parse(parser)
            return all((peer.ids or first.ids or [0])[-1] >= last for first, peer in again)

        took = await eventually(all_came, 30)
        for number, (first, second) in enumerate(again):
            if not first.events or first.events[1].kind != "welcome":
                self.found(f"stalled stream {number} read nothing")
                continue
            start = first.events[1].position
            self.compare(f"stalled stream {number}", (id for id in posted if id > start), first.ids + second.ids)
            self.require(all(event.kind != "gap" for event in second.events), f"stalled stream {number} was told of a gap")
            replayed += len(second.ids)
            second.close()
        return f"{len(again)} resumed, {replayed:,} messages replayed" + (f" in {took:.1f} s" if took else ", not all")
