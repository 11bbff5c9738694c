"""Data that is damaged, or that may not be written: a table of cases, each with the exact outcome that must come of it."""

import asyncio
import hashlib
import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from command import roomcast
from connection import Answer, Connection
from history import read_history
from message import Message
from result import Result
from server import DidNotStart, Server

DATABASE, LOG_FILE = "roomcast.sqlite", "roomcast.sqlite-wal"
PAGE, FRAME, LOG_HEADER = 4096, 4096 + 24, 32
ROOMS = ["lobby", "大厅", "ops"]
# Of which half are in the database and half in the log file of a server that was killed.
MESSAGES = 400
LONG = "lorem ipsum dolor sit amet " * 30
START_SECONDS = 20
# What an attempt to start may leave behind besides; the lock names the process.
OWN_FILES = {"roomcast.lock", "roomcast.sqlite-shm"}
# A server that was killed leaves its socket behind, and a socket cannot be copied.
SOCKETS = shutil.ignore_patterns("*.sock")


@dataclass
class Case:
    """`harm` is done to a copy of a stopped server's folder, or of a killed one's, whose log file holds the later half.

    `status` is how the server must end, having said `words` and changed nothing; 0 for one that must serve, as `serves` says.
    """

    name: str
    harm: Callable[[Path], None]
    status: int = 65
    words: tuple[str, ...] = ()
    is_killed: bool = False
    serves: str = ""


def put(name: str, offset: int, bytes: bytes) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        with open(folder / name, "r+b") as file:
            file.seek(offset)
            file.write(bytes)

    return harm


def flip(name: str, offset: int) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        put(name, offset, bytes([(folder / name).read_bytes()[offset] ^ 0x10]))(folder)

    return harm


def cut(name: str, share: float, and_bytes: int = 0) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        size = int((folder / name).stat().st_size * share) // FRAME * FRAME + LOG_HEADER if name == LOG_FILE else 0
        size = size or int((folder / name).stat().st_size * share)
        os.truncate(folder / name, size + and_bytes)

    return harm


def sql(*statements: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        database = sqlite3.connect(folder / DATABASE)
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
        for name in (LOG_FILE, "roomcast.sqlite-shm"):
            (folder / name).unlink(missing_ok=True)

    return harm


def another_program(folder: Path) -> None:
    (folder / DATABASE).unlink()
    sql("CREATE TABLE songs (title)")(folder)


def no_database(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"Dear diary, this is no database.\n" * 400)


def empty_beside_log_file(folder: Path) -> None:
    os.truncate(folder / DATABASE, 0)


def mode(name: str, bits: int) -> Callable[[Path], None]:
    return lambda folder: os.chmod(folder / name, bits)


def middle_page(folder: Path) -> None:
    """A leaf of the table of entries, about in its middle, loses its content."""
    pages = (folder / DATABASE).stat().st_size // PAGE
    content = (folder / DATABASE).read_bytes()
    leaves = [page for page in range(1, pages) if content[page * PAGE] == 0x0D and b"lorem ipsum" in content[page * PAGE :][:PAGE]]
    put(DATABASE, leaves[len(leaves) // 2] * PAGE, b"\xa5" * PAGE)(folder)


def without_log_file(folder: Path) -> None:
    for name in (LOG_FILE, "roomcast.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)
    os.chmod(folder, 0o500)


def without_anything(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    os.chmod(folder, 0o500)


DAMAGED = ("is damaged", "was left as it is", "restore a backup")
UNWRITABLE = ("cannot be written", "--data")

CASES = [
    Case("nothing at all", lambda folder: None, 0, serves="all"),
    Case("nothing at all, killed", lambda folder: None, 0, is_killed=True, serves="all"),
    Case("no database", no_database, 65, DAMAGED),
    Case("another program's database", another_program, 65, ("another program", *DAMAGED)),
    Case("header: the magic", put(DATABASE, 0, b"\0" * 16), 65, DAMAGED),
    Case("header: the page size", put(DATABASE, 16, b"\x12\x34"), 65, DAMAGED),
    Case("header: the schema's page", put(DATABASE, 100, b"\xa5" * 2000), 65, DAMAGED),
    Case("half of the file", cut(DATABASE, 0.5), 65, DAMAGED),
    Case("a page in the middle", middle_page, 0, serves="around"),
    Case("the newest entry's page", lambda folder: put(DATABASE, PAGE, b"\xa5" * (file_size(folder) - PAGE))(folder), 65, DAMAGED),
    Case("epoch lost", sql("DELETE FROM meta WHERE key = 'epoch'"), 65, ("epoch", *DAMAGED)),
    Case("newer schema", sql("INSERT INTO grdb_migrations VALUES ('77')"), 65, ("schema 77", "newer roomcast")),
    Case("empty beside its log file", empty_beside_log_file, 65, DAMAGED, is_killed=True),
    Case("log file: header", flip(LOG_FILE, 9), 65, (LOG_FILE, *DAMAGED), is_killed=True),
    Case("log file: salt", flip(LOG_FILE, 17), 65, (LOG_FILE, *DAMAGED), is_killed=True),
    Case("log file: first frame", flip(LOG_FILE, LOG_HEADER + 24 + 77), 65, (LOG_FILE, *DAMAGED), is_killed=True),
    Case("log file: a frame in the middle", flip(LOG_FILE, LOG_HEADER + 50 * FRAME + 24 + 900), 65, (LOG_FILE, *DAMAGED), is_killed=True),
    Case("log file: a frame's header", flip(LOG_FILE, LOG_HEADER + 50 * FRAME + 9), 65, (LOG_FILE, *DAMAGED), is_killed=True),
    # Nobody can tell it from one that ended there: what is served is the log as it was at that moment.
    Case("log file: cut short in a frame", cut(LOG_FILE, 0.5, 1000), 0, is_killed=True, serves="beginning"),
    Case("read-only database", mode(DATABASE, 0o400), 73, UNWRITABLE),
    Case("read-only database, killed", mode(DATABASE, 0o400), 73, UNWRITABLE, is_killed=True),
    Case("read-only log file", mode(LOG_FILE, 0o400), 73, UNWRITABLE, is_killed=True),
    Case("unreadable database", mode(DATABASE, 0o000), 73, UNWRITABLE),
    # What SQLite needs is there.
    Case("read-only folder", mode(".", 0o500), 0, is_killed=True, serves="all"),
    Case("read-only folder without the log file", without_log_file, 73, UNWRITABLE),
    Case("read-only folder without anything", without_anything, 73, UNWRITABLE),
]


def file_size(folder: Path) -> int:
    return (folder / DATABASE).stat().st_size


class Damage:
    """Not a campaign's fault: nobody posts, and a round is the whole table."""

    name = "damage"
    load = f"{len(CASES)} cases"

    def __init__(self, plan, evidence):
        self._plan, self._folder = plan, evidence.folder
        self._dice = random.Random(plan.seed)
        self._messages: dict[str, list[Message]] = {}
        self._case = ""
        self.result = Result()

    async def run(self) -> Result:
        try:
            stopped, killed = await self._make_logs()
            for _ in range(self._plan.rounds):
                for number, case in enumerate(CASES):
                    self._case = case.name
                    folder = self._folder / f"case-{number}"
                    shutil.copytree(killed if case.is_killed else stopped, folder)
                    case.harm(folder)
                    outcome = await self._refused(case, folder) if case.status else await self._served(case, folder)
                    print(f"{case.name:34}  {outcome}", flush=True)
                    os.chmod(folder, 0o700)
                    shutil.rmtree(folder)
                self.result.survived += 1
        except Exception as failure:
            self._found(f"{type(failure).__name__}: {failure}")
        self.result.remarks.append(f"cases: {len(CASES)}, each as the table in damage.py says")
        return self.result

    # The log before anything happened to it

    async def _make_logs(self) -> tuple[Path, Path]:
        stopped, killed, data = self._folder / "stopped", self._folder / "killed", self._folder / "data"
        server = self._server(data, confined=False)
        for half, copy in enumerate((stopped, killed)):
            await server.start()
            connection = Connection(server.port)
            for number in range(half * MESSAGES // 2, (half + 1) * MESSAGES // 2):
                room = ROOMS[number % len(ROOMS)]
                answer = await self._post(connection, room, f"{number} {LONG}")
                if answer.status != 201:
                    raise RuntimeError(str(answer))
                self.result.acknowledged += 1
            connection.close()
            await (server.kill() if half else server.terminate())
            shutil.copytree(data, copy, ignore=SOCKETS)
        await server.start()
        await server.terminate()
        shutil.rmtree(stopped)
        shutil.copytree(data, stopped, ignore=SOCKETS)
        await server.start()
        connection = Connection(server.port)
        self._messages = {room: await read_history(connection, room) for room in ROOMS}
        connection.close()
        await server.terminate()
        await server.close()
        return stopped, killed

    async def _post(self, connection: Connection, room: str, text: str) -> Answer:
        path = "/rooms/" + "".join(f"%{byte:02X}" for byte in room.encode())
        return await connection.request("POST", path, {"Content-Type": "text/plain"}, text.encode())

    def _server(self, folder: Path, confined: bool = True) -> Server:
        server = Server(self._plan.executable, folder, self._folder / "server.log", dict)
        if confined and os.geteuid() == 0:
            # Root may write whatever its mode says.
            server.confine("--bounding-set", "-dac_override,-dac_read_search")
        return server

    # Outcomes

    async def _refused(self, case: Case, folder: Path) -> str:
        before, server = contents(folder), self._server(folder)
        said_before = server.log_size
        try:
            await asyncio.wait_for(server.start(), START_SECONDS)
            self._found("it started")
            await server.terminate()
            return "STARTED"
        except DidNotStart as refusal:
            status = refusal.status
        finally:
            await server.close()
        said = server.log_since(said_before)
        sentences = [line for line in said.splitlines() if " critical " in line]
        if status != case.status:
            self._found(f"it ended with {status}, not {case.status}: {said[-400:]}")
        if len(sentences) != 1 or "Fatal error" in said:
            self._found(f"it said {said[-600:]!r}")
        for word in case.words:
            if word not in said:
                self._found(f"it does not say {word!r}: {said[-400:]}")
        if LOG_FILE in case.words:
            status, checked = await roomcast(self._plan.executable, "check", "--data", folder)
            if status != 65 or "-wal is damaged" not in checked:
                self._found(f"check ended with {status}: {checked}")
        after = contents(folder)
        for name in before:
            if after.get(name) != before[name]:
                self._found(f"{name} was changed")
        for name in after.keys() - before.keys():
            if (folder / name).stat().st_size:
                self._found(f"{name} was made")
        return f"ended with {status}: {sentences[0].partition(' critical ')[2] if sentences else '?'}"

    async def _served(self, case: Case, folder: Path) -> str:
        server = self._server(folder)
        try:
            await server.start()
            connection = Connection(server.port)
            outcome = await getattr(self, f"_serves_{case.serves}")(connection, folder)
            answer = await self._post(connection, "new-room", "after the damage")
            if answer.status != 201:
                self._found(f"a post is answered {answer}")
            connection.close()
            if (status := await server.terminate()) != 0:
                self._found(f"SIGTERM ended it with {status}")
            return f"serves: {outcome}"
        finally:
            await server.close()

    async def _serves_all(self, connection: Connection, folder: Path) -> str:
        for room, messages in self._messages.items():
            if await read_history(connection, room) != messages:
                self._found(f"the history of {room} is another", "lost")
        return "all that there was"

    async def _serves_beginning(self, connection: Connection, folder: Path) -> str:
        kept = 0
        for room, messages in self._messages.items():
            there = await read_history(connection, room)
            kept += len(there)
            if there != messages[: len(there)]:
                self._found(f"the history of {room} is no beginning of what it was")
        if not MESSAGES // 2 < kept < MESSAGES:
            self._found(f"{kept} messages are there")
        return f"the first {kept} messages of {MESSAGES}"

    async def _serves_around(self, connection: Connection, folder: Path) -> str:
        """What is on the damaged page is told to be unreadable, everything else is as it was, and the check finds it."""
        readable = unreadable = 0
        for room, messages in self._messages.items():
            for message in messages:
                path = f"/rooms/{''.join(f'%{byte:02X}' for byte in room.encode())}/messages/{message.id}"
                answer = await connection.request("GET", path)
                if answer.status == 200:
                    readable += 1
                    if Message.from_object(answer.json()) != message:
                        self._found(f"message {message.id} is another: {answer}")
                elif answer.status == 503 and b"log_unavailable" in answer.body and b"damaged" in answer.body:
                    unreadable += 1
                else:
                    self._found(f"message {message.id}: {answer}")
        if not 0 < unreadable < MESSAGES // 10:
            self._found(f"{unreadable} messages of {MESSAGES} cannot be read", "lost")
        for room in ROOMS:
            newest = await connection.request("GET", f"/rooms/{''.join(f'%{b:02X}' for b in room.encode())}/messages?limit=20")
            if newest.status != 200:
                self._found(f"the newest of {room}: {newest}")
        status, said = await roomcast(self._plan.executable, "check", "--data", folder)
        if status != 65 or "sound" in said.splitlines():
            self._found(f"check ended with {status}: {said}")
        return f"{readable} messages, {unreadable} are told to be unreadable, and check finds it"

    def _found(self, what: str, kind: str = "other") -> None:
        self.result.verdict.add(kind, self._case or "making the logs", what)


def contents(folder: Path) -> dict[str, str]:
    """Digests, of what an attempt to start must not change."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    digests = {}
    for path in sorted(folder.iterdir()):
        if path.name not in OWN_FILES:
            digests[path.name] = hashlib.sha256(path.read_bytes() if os.geteuid() == 0 else readable(path)).hexdigest()
    return digests | {".": oct(mode)}


def readable(path: Path) -> bytes:
    bits = path.stat().st_mode
    os.chmod(path, bits | stat.S_IRUSR)
    try:
        return path.read_bytes()
    finally:
        os.chmod(path, bits)
