"""Backups are made under load; each is restored and served, and must be the log as it was at one moment."""

import asyncio
import random
import re
from pathlib import Path

from command import roomcast
from connection import Connection
from event_stream import ChunkDecoder, EventParser, FrameSplitter
from fault import Fault
from history import read_history
from posters import Poster
from server import Server
from streams import Reader

COMPLETE_THROUGH = re.compile(r"epoch (\w+), complete through (\d+)")
STREAM_SECONDS = 20


class Backup(Fault):
    name = "backup"

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._data, self._scratch, self._executable = data, scratch, plan.executable
        # Of each backup its file, its epoch, the last id in it, and the last that was acknowledged before it was begun.
        self._made: list[tuple[Path, str, int, int]] = []
        self._posted_meanwhile = 0
        self._checked = 0

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        self._posters = posters

    @property
    def _newest(self) -> int:
        return max(poster.newest for poster in self._posters)

    async def strike(self, server: Server) -> str:
        file = self._scratch / f"backup-{len(self._made)}.sqlite"
        before = self._newest
        status, said = await self._roomcast("backup", file, "--data", self._data)
        match = COMPLETE_THROUGH.search(said)
        if status != 0 or not match:
            raise RuntimeError(f"roomcast backup ended with {status}: {said}")
        self._made.append((file, match[1], int(match[2]), before))
        self._posted_meanwhile += self._newest - before
        return f"backed up through {match[2]}, {before} and more had been acknowledged, {self._newest} after"

    async def reckon(self, server: Server, histories: dict) -> list[tuple[str, str, str]]:
        findings: list[tuple[str, str, str]] = []
        epochs = {self._made[0][1]} if self._made else set()
        for file, epoch, head, before in self._made:

            def found(kind: str, what: str) -> None:
                findings.append((kind, file.name, what))

            if head < before:
                found("lost", f"complete through {head}, and {before} had been acknowledged before it was begun")
            if epoch != self._made[0][1]:
                found("other", f"epoch {epoch}, that of another backup of the same log is {self._made[0][1]}")
            folder = self._scratch / file.stem
            for command in [
                ["check", file],
                ["restore", file, "--data", folder],
                ["check", "--data", folder],
            ]:
                status, said = await self._roomcast(*command)
                if status != 0:
                    found("other", f"roomcast {command[0]} ended with {status}: {said}")
            restored = Server(self._executable, folder, self._scratch / f"{file.stem}.log", dict)
            try:
                await restored.start()
                await self._compare(restored, histories, epoch, head, epochs, found)
                if await restored.terminate() != 0:
                    found("other", "SIGTERM did not end it with 0")
            finally:
                await restored.close()
            self._checked += 1
        return findings

    async def _compare(self, restored: Server, histories: dict, epoch: str, head: int, epochs: set, found) -> None:
        connection = Connection(restored.port)
        try:
            for room, history in histories.items():
                there = await read_history(connection, room)
                expected = [message for message in history if message.id <= head]
                ids, wanted = {message.id for message in there}, {message.id for message in expected}
                if missing := wanted - ids:
                    found("lost", f"{room}: {len(missing)} messages are missing: {sorted(missing)[:10]}")
                if more := ids - wanted:
                    found("other", f"{room}: {len(more)} messages are behind the cut or were never there: {sorted(more)[:10]}")
                if ids == wanted and there != expected:
                    found("other", f"{room}: the messages differ")
        finally:
            connection.close()
        welcome, gap = await opening(restored, f"{epoch}-{max(1, head - 1)}")
        new = welcome.data["cursor"].partition("-")[0]
        if new in epochs:
            found("other", f"the epoch {new} was there before")
        epochs.add(new)
        if gap.kind != "gap" or gap.data.get("reason") != "unknown" or welcome.id or welcome.data["resumed"]:
            found("gaps", f"a cursor of before the backup is not told so: {welcome}, {gap}")
        elif gap.id != f"{new}-{head}":
            found("other", f"its gap has {gap.id}, not {new}-{head}")

    async def _roomcast(self, *arguments) -> tuple[int, str]:
        return await roomcast(self._executable, *arguments)

    def missed(self) -> str:
        if self._checked < len(self._made):
            return f"of {len(self._made)} backups {self._checked} were looked at"
        return "" if self._posted_meanwhile else "nothing was posted while a backup was made"

    def summary(self) -> str:
        ends = ", ".join(f"{head:,}" for _, _, head, _ in self._made)
        return (
            f"backups: {self._checked} restored, served and compared, complete through {ends}; "
            f"{self._posted_meanwhile:,} posts acknowledged while they were made"
        )


async def opening(server: Server, cursor: str):
    """The two events that a stream begins with which resumes from a cursor."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        lines = ["GET /events HTTP/1.1", "Host: h", f"Last-Event-ID: {cursor}"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        splitter, chunks, parser, events = FrameSplitter(), ChunkDecoder(), EventParser(), []
        async with asyncio.timeout(STREAM_SECONDS):
            await reader.readuntil(b"\r\n\r\n")
            while len(events) < 3:
                data = await reader.read(65_536)
                if not data:
                    raise EOFError("the stream ended")
                events += [parser.event(frame) for frame in splitter.feed(chunks.feed(data))]
        return events[1], events[2]
    finally:
        writer.transport.abort()
