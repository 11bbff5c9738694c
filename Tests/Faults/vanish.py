"""Peers vanish without a word, as when their machine loses power; slow readers beside them stay."""

import asyncio
import time
from pathlib import Path

from event_stream import EventParser
from hostile import Hostile, eventually
from netns import Machine
from peer import Peer

# In a room where nothing happens, and in one where more is sent than a vanished peer's buffers take.
QUIET, BUSY, SLOW = 20, 20, 10
HEARTBEAT_SECONDS = (5, 15)
# What the contract allows beyond a heartbeat until others are told.
ALLOWED_SECONDS = 10
DESCRIPTOR_SECONDS = 30
# Until the slow readers' windows are closed, at most.
SETTLE_SECONDS = 10
# Within which a slow reader that is mistaken for a vanished one is closed, from then on.
MISTAKEN_SECONDS = 10
POSTS_A_SECOND = 40
TEXT = "x" * 4000


class Vanish(Hostile):
    name = "vanish"
    load = f"{QUIET} silent streams and {BUSY} busy ones whose machine vanishes, {SLOW} that never read, {POSTS_A_SECOND} posts/s"

    def settings(self) -> dict[str, str]:
        return {"ROOMCAST_HOST": "0.0.0.0"}

    async def round(self) -> str:
        heartbeat = HEARTBEAT_SECONDS[0 if self.is_short else 1]
        end = f"heartbeat={heartbeat} HTTP/1.1\r\nHost: x\r\n\r\n"
        witness = Peer(self.server.port, f"GET /events?rooms=quiet,busy&user=witness&{end}")
        watching = asyncio.create_task(self._watch(witness))
        self._here: set[str] = set()
        self._left: dict[str, float] = {}
        try:
            with Machine("gone") as gone, Machine("slow") as slow:
                port = self.server.port
                await slow.listen(port, SLOW, f"/rooms/busy/events?user=slow-{{}}&heartbeat={heartbeat}", reads=False)
                await eventually(lambda: self._is_open(SLOW + 1), 5)
                descriptors = self.descriptors()
                await gone.listen(port, QUIET, f"/rooms/quiet/events?user=quiet-{{}}&heartbeat={heartbeat}", reads=True)
                await gone.listen(port, BUSY, f"/rooms/busy/events?user=busy-{{}}&heartbeat={heartbeat}", reads=True)
                vanishing = {f"quiet-{n}" for n in range(QUIET)} | {f"busy-{n}" for n in range(BUSY)}
                staying = {f"slow-{n}" for n in range(SLOW)}
                here = await eventually(lambda: vanishing | staying <= self._here, 5)
                self.require(here is not None, f"only {len(self._here)} people were told of")
                async with self.posting(POSTS_A_SECOND, lambda: TEXT, "busy"):
                    await eventually(lambda: _windows_closed(port, slow.guest) == SLOW, SETTLE_SECONDS)
                    gone.pull_the_cable()
                    pulled = time.monotonic()
                    limit = heartbeat + ALLOWED_SECONDS
                    await eventually(lambda: vanishing <= self._left.keys(), limit + 1)
                back = await eventually(lambda: self.descriptors() <= descriptors, DESCRIPTOR_SECONDS - limit)
                freed = time.monotonic() - pulled
                # Were they mistaken for vanished ones, it would have been by now.
                await asyncio.sleep(max(0, pulled + MISTAKEN_SECONDS - time.monotonic()))
                closed = _windows_closed(port, slow.guest)
                took = {name: at - pulled for name, at in self._left.items() if name in vanishing}
                late = sorted(vanishing - {name for name, seconds in took.items() if seconds <= limit})
                self.require(not late, f"{len(late)} of {len(vanishing)} were not told of within {limit} s: {late[:3]}")
                self.require(back is not None, f"{self.descriptors()} descriptors {freed:.0f} s after it, {descriptors} before")
                mistaken = sorted(staying & self._left.keys())
                self.require(not mistaken, f"slow readers were taken for vanished ones: {mistaken}")
                self.require(closed == SLOW, f"only {closed} of {SLOW} slow readers had closed their windows")
        finally:
            watching.cancel()
            witness.close()
        quiet = [seconds for name, seconds in took.items() if name.startswith("quiet")]
        busy = [seconds for name, seconds in took.items() if name.startswith("busy")]
        return (
            f"told of after {min(quiet, default=0):.1f}–{max(quiet, default=0):.1f} s in a silent room, "
            f"{min(busy, default=0):.1f}–{max(busy, default=0):.1f} in a busy one (heartbeat {heartbeat} + {ALLOWED_SECONDS} allowed); "
            f"descriptors back after {freed:.1f} s; {closed} slow readers kept"
        )

    async def _watch(self, witness: Peer) -> None:
        parser, seen = EventParser(), 0
        while True:
            witness.read()
            for event in witness.parse(parser)[seen:]:
                if event.kind == "presence":
                    self._here |= {*event.data.get("present", ()), *event.data.get("joined", ())}
                    self._left |= {name: time.monotonic() for name in event.data.get("left", ())}
            seen = len(witness.events)
            await asyncio.sleep(0.02)

    async def _is_open(self, count: int) -> bool:
        return (await self.metrics())["roomcast_streams_open"] == count


def _windows_closed(port: int, guest: str) -> int:
    """How many of the guest's connections have had something to be sent and nothing that could be: by /proc/net/tcp,
    whose timer 4 is the probe of a zero window (proc(5), net/tcp_ipv4.c)."""
    address = "".join(f"{int(byte):02X}" for byte in reversed(guest.split(".")))
    count = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, _, _, timer = line.split()[1:6]
        is_theirs = local.endswith(f":{port:04X}") and remote.startswith(f"{address}:")
        count += is_theirs and timer.startswith("04:")
    return count
