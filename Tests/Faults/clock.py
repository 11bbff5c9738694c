"""The system's clock is set back and ahead under load: stamps follow it, and nothing else does."""

import asyncio
import random
import time
from datetime import datetime
from pathlib import Path

from clock_shift import ClockShift
from connection import Connection
from event_stream import ChunkDecoder, EventParser, FrameSplitter
from fault import Fault
from posters import Poster
from server import Server
from streams import Reader

DAY = 86_400
JUMPS = {"a day back": -DAY, "ten years ahead": 3652 * DAY, "an hour back": -3600, "right again": 0, "a minute ahead": 60}
RETAINED_DAYS = 30
# A long poll across the jump, and a stream's heartbeats, must take as long as ever.
WAIT_SECONDS = 1
HEARTBEAT_SECONDS = 5
LATE_SECONDS, LATE_BEAT_SECONDS = 1.5, 2.5
# Between a message's stamp and the moment of looking at it.
STAMP_SECONDS = 5
# After these of each ten rounds the server is started anew: with its clock a day back, and right again.
RESTARTS = (1, 9)
# A connection that sends no whole request is closed after 10 s by any clock.
HEADER_SECONDS = (9, 14)


class Clock(Fault):
    name = "clock"

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._dice = dice
        self._shift = ClockShift(scratch)
        self._rounds = self._restarts = self._stamps = 0
        self._beats: list[float] = []
        self._findings: list[tuple[str, str, str]] = []
        self._watches: list[asyncio.Task] = []
        self._seconds_until_closed = 0.0

    def environment(self) -> dict[str, str]:
        return self._shift.environment() | {"ROOMCAST_RETAIN_DAYS": str(RETAINED_DAYS)}

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        self._posters = posters

    async def strike(self, server: Server) -> str:
        if not self._watches:
            self._watches = [asyncio.create_task(self._dribble(server)), asyncio.create_task(self._listen(server))]
        self._rounds += 1
        name = list(JUMPS)[(self._rounds - 1) % len(JUMPS)]
        poll = asyncio.create_task(self._poll(server))
        await asyncio.sleep(self._dice.uniform(0.05, 0.3))
        self._shift.set(JUMPS[name])
        await poll
        await self._look_at_stamp(server, JUMPS[name])
        if self._rounds % 10 not in RESTARTS:
            return f"the clock is {name}"
        for watch in self._watches:
            watch.cancel()
        self._watches = []
        if (status := await server.terminate()) != 0:
            self._found(f"SIGTERM ended it with {status}")
        await server.start()
        self._restarts += 1
        return f"the clock is {name}, and it was started anew"

    async def _poll(self, server: Server) -> None:
        connection, began = Connection(server.port), time.monotonic()
        answer = await connection.request("GET", f"/rooms/nobody/messages?after=0&wait={WAIT_SECONDS}")
        seconds = time.monotonic() - began
        connection.close()
        if answer.status != 200 or not WAIT_SECONDS - 0.2 <= seconds <= WAIT_SECONDS + LATE_SECONDS:
            self._found(f"a long poll of {WAIT_SECONDS} s took {seconds:.1f} s: {answer}")

    async def _look_at_stamp(self, server: Server, shift: int) -> None:
        """People are shown the time that the server's clock tells."""
        connection = Connection(server.port)
        answer = await connection.request("POST", "/rooms/stamps?user=clock", {"Content-Type": "text/plain"}, b"now")
        connection.close()
        told = datetime.fromisoformat(answer.json()["sent_at"]).timestamp()
        self._stamps += 1
        if abs(told - time.time() - shift) > STAMP_SECONDS:
            self._found(f"stamped {answer.json()['sent_at']} with the clock {shift} s from {time.time():.0f}")

    async def _dribble(self, server: Server) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        began = time.monotonic()
        try:
            writer.write(b"GET / HTTP/1.1\r\n")
            await reader.read()
            self._seconds_until_closed = time.monotonic() - began
            if not HEADER_SECONDS[0] <= self._seconds_until_closed <= HEADER_SECONDS[1]:
                self._found(f"half a request was cut off after {self._seconds_until_closed:.1f} s")
        except OSError:
            pass
        finally:
            writer.transport.abort()

    async def _listen(self, server: Server) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        last = 0.0
        try:
            writer.write(f"GET /rooms/nobody/events?heartbeat={HEARTBEAT_SECONDS} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            splitter, chunks, parser = FrameSplitter(), ChunkDecoder(), EventParser()
            await reader.readuntil(b"\r\n\r\n")
            while data := await reader.read(65_536):
                for frame in splitter.feed(chunks.feed(data)):
                    if parser.event(frame).kind != "heartbeat":
                        continue
                    if last:
                        self._beats.append(time.monotonic() - last)
                    last = time.monotonic()
                    if self._beats and abs(self._beats[-1] - HEARTBEAT_SECONDS) > LATE_BEAT_SECONDS:
                        self._found(f"a heartbeat came after {self._beats[-1]:.1f} s")
        finally:
            writer.transport.abort()

    async def reckon(self, server: Server, histories: dict) -> list[tuple[str, str, str]]:
        # The last life's are seen to their end.
        end = time.monotonic() + HEADER_SECONDS[1] + 1
        while self._watches and not (self._seconds_until_closed and self._beats) and time.monotonic() < end:
            await asyncio.sleep(0.1)
        for watch in self._watches:
            watch.cancel()
        return self._findings

    def _found(self, what: str) -> None:
        self._findings.append(("other", f"jump {self._rounds}", what))

    def missed(self) -> str:
        if not self._seconds_until_closed:
            return "no half request was cut off"
        return "" if self._beats else "no two heartbeats came"

    def summary(self) -> str:
        beats = f"{min(self._beats, default=0):.1f} to {max(self._beats, default=0):.1f} s"
        return (
            f"clock: set {self._rounds} times, {self._restarts} restarts, {self._stamps} stamps were its time; heartbeats of "
            f"{HEARTBEAT_SECONDS} s came after {beats}, half a request was cut off after {self._seconds_until_closed:.1f} s"
        )
