"""Streams are cut, again and again, and resume from the last `id:` that came whole; the server lives."""

import asyncio
import random
from pathlib import Path
from urllib.parse import quote

from checker import by_room
from connection import Connection
from fault import Fault
from load import FILLERS, Load
from message import Message
from posters import Poster
from server import Server
from streams import Reader

# In one round all streams are cut within this time. Of those that are to be cut in the middle of an event, one to which
# nothing comes is cut at the end of it all the same.
CUT_SECONDS = 0.25
MIDDLE_SHARE = 0.6
# A room's tail in memory: Hub.Limits. Who resumes behind more than this is served from the log.
TAIL_BYTES = 4 << 20
# With retention, in one round of so many the server is started anew, which has it look at once; the streams are away
# while so much is posted to the first room, in times of what is kept of it, that some of what they lack must go.
RESTART_EVERY = 5
AWAY_SHARE = (2.5, 6)
AWAY_SECONDS = 30


class Cut(Fault):
    """The first room is flooded with large messages, so that its tail is often too short for who comes back."""

    name = "cut"
    load = Load(
        fillers=FILLERS,
        favourite_share=0.4,
        # Six bytes of JSON for each.
        heavy_filler="\x01" * 9000,
        heavy_share=0.6,
        abandoned_share=0,
        late_share=0.45,
        late_seconds=2.5,
        rush_share=0,
        absent_share=0,
        cut_share=0,
    )

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._dice = dice
        self._retained = plan.retain_messages
        self._misleads = plan.sabotage == "wrong-id"
        self._rounds = self._cuts = self.within = self._restarts = self._from_the_log = 0

    def environment(self) -> dict[str, str]:
        return {"ROOMCAST_RETAIN_MESSAGES": str(self._retained)} if self._retained else {}

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        self._readers = readers
        self._posters = posters

        def head() -> int:
            return max((poster.newest for poster in posters), default=0)

        for reader in readers:
            reader.head = head
            if self._misleads:
                reader.misremember = self._wrong

    def _wrong(self, cursor: str) -> str:
        """As a client would resume that takes the id of an event before its data are there, or too late."""
        epoch, _, id = cursor.rpartition("-")
        return f"{epoch}-{max(0, int(id) + self._dice.choice([-1, 1]))}"

    async def strike(self, server: Server) -> str:
        self._rounds += 1
        restarts = self._retained and self._rounds % RESTART_EVERY == 0
        cuts, within = self._cuts, self.within
        for reader in self._readers if restarts else []:
            reader.hold()
        await asyncio.gather(*(self._cut(reader) for reader in self._readers))
        done = f"{self._cuts - cuts} streams cut, {self.within - within} of them within an event"
        if not restarts:
            return done
        await self._flooded(int(self._retained * self._dice.uniform(*AWAY_SHARE)))
        status = await server.terminate()
        if status != 0:
            raise RuntimeError(f"SIGTERM ended it with status {status}")
        await server.start()
        await self._overtaken(server)
        self._restarts += 1
        for reader in self._readers:
            reader.let_go()
        return f"{done}, restarted meanwhile"

    async def _flooded(self, count: int) -> None:
        """Returns when so many more posts to the first room have been acknowledged."""
        room = self._readers[0].rooms[0]

        def acknowledged() -> int:
            return sum(post.room == room for poster in self._posters for post in poster.acknowledged)

        enough = acknowledged() + count
        async with asyncio.timeout(AWAY_SECONDS):
            while acknowledged() < enough:
                await asyncio.sleep(0.02)

    async def _overtaken(self, server: Server) -> None:
        """Returns when retention has come to what a stream lacks that is kept away: if it came before, it would find all of it."""
        room = self._readers[0].rooms[0]
        away = [reader for reader in self._readers if room in reader.rooms and reader.is_kept_away]
        farthest_behind = min((reader.position for reader in away), default=0)
        connection = Connection(server.port)
        async with asyncio.timeout(AWAY_SECONDS):
            while (await self._oldest(connection, room)).prev <= farthest_behind:
                await asyncio.sleep(0.02)
        connection.close()

    async def _oldest(self, connection: Connection, room: str) -> Message:
        answer = await connection.request("GET", f"/rooms/{quote(room)}/messages?after=0&limit=1")
        return Message.from_object(answer.json()["messages"][0])

    async def _cut(self, reader: Reader) -> None:
        is_in_the_middle = self._dice.random() < MIDDLE_SHARE
        end = self._dice.uniform(0, CUT_SECONDS)
        if is_in_the_middle:
            await asyncio.sleep(self._dice.uniform(0, end))
            if not reader.is_connected:
                return
            self._cuts += 1
            reader.mark()
            await asyncio.sleep(CUT_SECONDS)
            if not reader.is_marked:
                self.within += 1
                return
        else:
            await asyncio.sleep(end)
            if not reader.is_connected:
                return
            self._cuts += 1
        self.within += reader.cut()

    async def reckon(self, server: Server, histories: dict) -> list[tuple[str, str, str]]:
        """Counts how often a stream must have been read from the log, because a tail did not reach back to its cursor."""
        truth = by_room(reader.messages for reader in self._readers)
        sizes = {room: [(message.id, message.size) for message in messages] for room, messages in truth.items()}
        for reader in self._readers:
            for position, head in reader.resumed_at:
                missed = {
                    room: sum(size for id, size in sizes.get(room, []) if position < id <= head) for room in reader.rooms
                }
                self._from_the_log += any(bytes > TAIL_BYTES for bytes in missed.values())
        return []

    def missed(self) -> str:
        if not self._cuts or not self.within:
            return f"{self._cuts} streams were cut, {self.within} of them within an event"
        if not self._from_the_log and not self._misleads:
            return "no stream resumed behind a tail, so none was read from the log while others were live"
        if self._retained and not self._misleads and not any(reader.gaps for reader in self._readers):
            return "no stream met a gap: nothing that one of them lacked was removed"
        return ""

    def summary(self) -> str:
        gaps = sum(len(reader.gaps) for reader in self._readers)
        least = min(reader.resumes for reader in self._readers)
        restarts = f"; {self._restarts} restarts, {gaps} gaps" if self._retained else ""
        return (
            f"cuts: {self._cuts:,}, {self.within:,} of them within an event; each stream resumed {least} times or more, "
            f"{self._from_the_log:,} times behind a tail that had dropped what was asked for{restarts}"
        )
