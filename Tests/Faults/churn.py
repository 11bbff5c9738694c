"""People come and go, in rooms that are made and left: nothing may stay behind."""

import asyncio

from hostile import Hostile, eventually

CONNECTS = (12_000, 100_000)
AT_ONCE = 64
ROOMS = 1_000
# A part of the rooms is written to as well.
POST_SHARE = 0.01
# Until the streams' last words are said, people have lingered, and the allocator has been trimmed.
REST_SECONDS = 12
DESCRIPTORS_MORE = 3
ROOMS_MORE = 0
RESIDENT_MORE = 8 << 20
WATCHED = ("roomcast_streams_open", "roomcast_waiting_requests", "roomcast_rooms_in_memory")


class Churn(Hostile):
    name = "churn"
    load = f"{CONNECTS[0]:,} or {CONNECTS[1]:,} streams opened and left, {AT_ONCE} at once, in {ROOMS:,} rooms"

    async def round(self) -> str:
        connects = CONNECTS[0 if self.is_short else 1]
        # What a server takes once and keeps: its buffers, the rooms that have messages.
        for number in range(int(ROOMS * POST_SHARE)):
            await self.post("made", f"made-{number}")
        await self._come_and_go(connects // 10, "early")
        before = await self._at_rest()
        await self._come_and_go(connects, "visited")
        after = await self._at_rest(before)
        made = int(ROOMS * POST_SHARE)
        self.require(before["roomcast_rooms_in_memory"] <= made, f"more than the {made} rooms with messages are in memory")
        for name in WATCHED:
            self.require(after[name] <= before[name], f"{name} was {before[name]:.0f}, is {after[name]:.0f}")
        more = after["descriptors"] - before["descriptors"]
        self.require(more <= DESCRIPTORS_MORE, f"{more} descriptors more than before")
        more = after["resident"] - before["resident"]
        self.require(more <= RESIDENT_MORE, f"{more / 2**20:.1f} MiB more resident than before")
        return (
            f"{connects:,} came and left; descriptors {before['descriptors']} → {after['descriptors']}, resident "
            f"{before['resident'] / 2**20:.1f} → {after['resident'] / 2**20:.1f} MiB, "
            f"rooms in memory {before['roomcast_rooms_in_memory']:.0f} → {after['roomcast_rooms_in_memory']:.0f}, "
            f"streams {before['roomcast_streams_open']:.0f} → {after['roomcast_streams_open']:.0f} "
            f"(tolerance: {DESCRIPTORS_MORE} descriptors, {RESIDENT_MORE >> 20} MiB)"
        )

    async def _come_and_go(self, connects: int, rooms: str) -> None:
        left = iter(range(connects))
        refused = 0

        async def visitor() -> None:
            nonlocal refused
            for number in left:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
                room = number % ROOMS
                if number % 4 == 3:
                    # Two rooms, of which one may have messages.
                    path = f"/events?rooms={rooms}-{room},made-{room % int(ROOMS * POST_SHARE)}&user=u{number}"
                else:
                    path = f"/rooms/{rooms}-{room}/events?user=u{number}"
                writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                if number % 5:
                    answer = await reader.readline()
                    refused += b" 200 " not in answer
                # Half of them say so; the others break the connection, some before they are answered.
                if number % 2:
                    writer.transport.abort()
                else:
                    writer.close()

        await asyncio.gather(*(visitor() for _ in range(AT_ONCE)))
        self.require(not refused, f"{refused} streams were not opened")

    async def _at_rest(self, before: dict[str, float] | None = None) -> dict[str, float]:
        """Once there is nobody any more, or as soon as all is as before."""
        state: dict[str, float] = {}

        async def look() -> bool:
            state.update(await self.metrics(), descriptors=self.descriptors(), resident=self.resident())
            is_empty = not state["roomcast_streams_open"] and state["roomcast_rooms_in_memory"] <= ROOMS * POST_SHARE
            return is_empty and (before is None or state["resident"] <= before["resident"] + RESIDENT_MORE)

        await eventually(look, REST_SECONDS)
        return state
