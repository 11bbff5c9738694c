"""The disk is full under load, and then is not: posts are refused with words, everything else goes on, nothing is lost."""

import asyncio
import random
import re
import shutil
from collections import Counter
from pathlib import Path

from command import roomcast
from connection import Answer, Connection
from event_stream import ChunkDecoder, EventParser, FrameSplitter
from fault import Fault
from load import FILLERS, Load
from posters import Poster
from server import Server
from small_disk import SmallDisk, limit_files
from streams import Reader

# The log of a whole campaign must fit, with a log file that backups and full disks make long.
DISK_MEGABYTES, DISK_MEGABYTES_A_ROUND = 128, 16
LIMIT_BYTES = 128 * 1024
# Until the log's file has grown into what is missing; from space to success.
FULL_SECONDS = 30
RECOVERY_SECONDS = 5
LOOK_SECONDS = 0.8
# Answers that were made before there was space.
LATE_SECONDS = 0.3
ANSWER_SECONDS = 5
# Without a post that is taken.
QUIET_SECONDS = 0.3
# Of one full disk, however many posts it refuses: that it is full and that it is not, several times while the last bytes are
# taken, and a checkpoint or two.
LOG_LINES = 24
SIDE_POSTS = 40
LOUD = re.compile(r" (warning|error|critical|notice) ")
WORDS = {"disk": "disk is full", "limit": "disk reports an error"}


class DiskFull(Fault):
    name = "diskfull"
    # Large texts, so that the log's file soon grows.
    load = Load(fillers=(*FILLERS, "y" * 14_000, "z" * 14_000, "w" * 9_000))

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._data, self._scratch, self._executable = data, scratch, plan.executable
        self._disk = SmallDisk(data, DISK_MEGABYTES + DISK_MEGABYTES_A_ROUND * plan.rounds)
        self._ways = ["disk", "limit"] if self._disk.is_mounted else ["limit"]
        self._times: Counter[str] = Counter()
        self._findings: list[tuple[str, str, str]] = []
        self._looks = self._never = 0
        self._slowest = 0.0

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        self._posters, self._readers = posters, readers

    @property
    def _refusals(self) -> Counter[str]:
        return sum((poster.refusals for poster in self._posters), Counter())

    @property
    def _acknowledged(self) -> int:
        return sum(len(poster.acknowledged) for poster in self._posters)

    async def strike(self, server: Server) -> str:
        way = self._ways[self._times.total() % len(self._ways)]
        self._times[way] += 1
        life, refused, spoken = server.life, self._refusals, server.log_size
        server.may_refuse = True
        if way == "disk":
            self._disk.fill()
        else:
            # The server's own log is a file, too.
            limit_files(server.process, server.log_size + LIMIT_BYTES)
        try:
            if not await self._until(lambda: self._refusals != refused, FULL_SECONDS) or not await self._settles():
                self._never += 1
                return f"{way}: no post was refused"
            await self._look(server, way)
            if self._times[way] == 1 and way == "disk":
                await self._back_up()
        finally:
            if way == "disk":
                self._disk.make_space()
            else:
                limit_files(server.process, None)
        seconds = await self._recover(server)
        server.may_refuse = False
        if server.life != life or not server.is_up:
            self._found("it did not stay up")
        lines = [line for line in server.log_since(spoken).splitlines() if LOUD.search(line)]
        if not 2 <= len(lines) <= LOG_LINES:
            self._found(f"{len(lines)} loud lines in its log, the first {lines[:3]}")
        self._slowest = max(self._slowest, seconds)
        return f"{way} full, {(self._refusals - refused).total()} posts refused, taken again after {seconds * 1000:.0f} ms"

    async def _until(self, condition, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return False
        return True

    async def _settles(self) -> bool:
        """The last bytes are taken by whatever is small enough, and large batches refused meanwhile: only then is it full."""
        for _ in range(int(FULL_SECONDS / QUIET_SECONDS)):
            acknowledged = self._acknowledged
            await asyncio.sleep(QUIET_SECONDS)
            if self._acknowledged == acknowledged:
                return True
        return False

    # While it is full

    async def _look(self, server: Server, way: str) -> None:
        """What must go on, over and over."""
        connection, says_why = Connection(server.port), False
        end = asyncio.get_running_loop().time() + LOOK_SECONDS
        while asyncio.get_running_loop().time() < end:
            self._looks += 1
            await self._expect(connection, "/healthz", 200)
            ready = await connection.request("GET", "/readyz")
            if ready.status == 503 and WORDS[way] in str(ready) and '"not_ready"' in str(ready):
                says_why = True
            elif ready.status != 200:
                self._found(f"/readyz does not say why: {ready}")
            page = await self._expect(connection, "/rooms/lobby/messages?limit=20", 200)
            if not page.json()["messages"]:
                self._found("the history is empty")
            await self._open_stream(server)
            await asyncio.sleep(0.05)
        connection.close()
        # Its own small write may have found the last page; not over and over.
        if not says_why:
            self._found(f"/readyz does not notice: {ready}")

    async def _expect(self, connection: Connection, path: str, status: int) -> Answer:
        answer = await connection.request("GET", path)
        if answer.status != status:
            self._found(f"{path}: {answer}, not {status}")
        return answer

    async def _open_stream(self, server: Server) -> None:
        """A new one, with something to replay, comes to be live."""
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            writer.write(b"GET /rooms/lobby/events?replay=30 HTTP/1.1\r\nHost: h\r\n\r\n")
            splitter, chunks, parser, kinds = FrameSplitter(), ChunkDecoder(), EventParser(), Counter()
            async with asyncio.timeout(ANSWER_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                while not kinds["caught-up"]:
                    data = await reader.read(65_536)
                    if not data:
                        break
                    kinds.update(parser.event(frame).kind for frame in splitter.feed(chunks.feed(data)))
            if not kinds["caught-up"] or not kinds["message"]:
                self._found(f"a new stream got only {dict(kinds)}")
        except (TimeoutError, OSError, EOFError) as error:
            self._found(f"a new stream: {error!r}")
        finally:
            writer.transport.abort()

    async def _back_up(self) -> None:
        """Onto the full disk it must fail in words, and leave nothing that looks like a backup; the log is sound."""
        file = self._data / "backup.sqlite"
        status, said = await roomcast(self._executable, "backup", "--data", self._data, file)
        if status != 73 or "full" not in said or "Fatal" in said:
            self._found(f"backup onto the full disk ended with {status}: {said}")
        if file.exists():
            self._found("a backup onto the full disk is there")
        file.with_name(file.name + ".part").unlink(missing_ok=True)
        status, said = await roomcast(self._executable, "check", "--data", self._data)
        if status != 0:
            self._found(f"check ended with {status}: {said}")

    async def _recover(self, server: Server) -> float:
        """From space to the first post that is taken, without a restart."""
        loop = asyncio.get_running_loop()
        began, acknowledged = loop.time(), self._acknowledged
        if not await self._until(lambda: self._acknowledged > acknowledged, RECOVERY_SECONDS):
            self._found(f"no post was taken in {RECOVERY_SECONDS} s after there was space")
        seconds = loop.time() - began
        connection = Connection(server.port)
        await asyncio.sleep(LATE_SECONDS)
        await self._expect(connection, "/readyz", 200)
        connection.close()
        return seconds

    # At the end

    async def reckon(self, server: Server, histories: dict) -> list[tuple[str, str, str]]:
        if self._disk.is_mounted:
            await self._start_on_full_disk()
        return self._findings

    async def _start_on_full_disk(self) -> None:
        """A killed server comes back on a full disk, serves what there is, and has something to remove as soon as it can."""
        environment: dict[str, str] = {}
        folder, log = self._data / "another", self._scratch / "another.log"
        server = Server(self._executable, folder, log, lambda: environment)
        try:
            await server.start()
            if {(await self._post(server)).status for _ in range(SIDE_POSTS)} != {201}:
                self._found("a post to another server was refused")
            await server.kill()
            environment["ROOMCAST_RETAIN_MESSAGES"] = str(SIDE_POSTS // 2)
            self._disk.fill()
            await server.start()
            connection = Connection(server.port)
            ready = await self._expect(connection, "/readyz", 503)
            if WORDS["disk"] not in str(ready):
                self._found(f"started on a full disk, /readyz does not say why: {ready}")
            await self._expect(connection, "/rooms/lobby/messages", 200)
            connection.close()
            if (answer := await self._post(server)).status != 503:
                self._found(f"started on a full disk, a post is answered {answer}")
            self._disk.make_space()
            if (answer := await self._post(server)).status != 201:
                self._found(f"once there is space, a post is answered {answer}")
            if (status := await server.terminate()) != 0:
                self._found(f"started on a full disk, SIGTERM ended it with {status}")
            loud = [line for line in server.log_since(0).splitlines() if LOUD.search(line)]
            if not 2 <= len(loud) <= LOG_LINES or not any("Retention" in line for line in loud):
                self._found(f"started on a full disk, {len(loud)} loud lines: {loud[:5]}")
        finally:
            await server.close()
            shutil.rmtree(folder, ignore_errors=True)

    async def _post(self, server: Server) -> Answer:
        connection = Connection(server.port)
        try:
            return await connection.request("POST", "/rooms/lobby", {"Content-Type": "text/plain"}, b"x" * 14_000)
        finally:
            connection.close()

    def _found(self, what: str) -> None:
        self._findings.append(("other", f"full disk {self._times.total()}", what))

    def missed(self) -> str:
        return f"{self._never} times no post was refused" if self._never else ""

    def summary(self) -> str:
        refused = ", ".join(f"{count:,} × {what}" for what, count in self._refusals.most_common()) or "none"
        ways = ", ".join(f"{way} {times} times" for way, times in self._times.items())
        return (
            f"full: {ways}; refused: {refused}; looked at {self._looks} times meanwhile; posts were taken again "
            f"{self._slowest * 1000:.0f} ms after there was space at most"
        )
