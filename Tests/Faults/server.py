"""The server under test: one process after another on the same port and data folder."""

import asyncio
import os
import random
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

READY_SECONDS = 20
EXIT_SECONDS = 30
# As a variable, a server that does not know the flag yet can be tested too.
UNLIMITED = {"ROOMCAST_POST_RATE": "off", "ROOMCAST_STREAMS_PER_ADDRESS": "off",
             "ROOMCAST_CONNECTIONS_PER_ADDRESS": "off"}
NOTE = "===="
READY_LINE = re.compile(rb"http://[0-9.]+:(\d+)")


class DidNotStart(Exception):
    """`status` is of a process that ended before it was ready, negative for a signal."""

    def __init__(self, reason: str, status: int | None = None):
        super().__init__(reason)
        self.status = status


class Server:
    """Clients wait in `up` while it is down, and tell by `life` whether it died since they last looked.

    One that ends by itself has crashed, unless a fault has said that it `is_doomed` to a SIGKILL from within.
    """

    def __init__(self, executable: Path, data: Path, log: Path, environment: Callable[[], dict[str, str]]):
        self.port = free_port()
        self.life = 0
        self.ready_seconds = 0.0
        self.crashes: list[str] = []
        self.is_doomed = False
        # The disk is in trouble: a refusal with a code is honest.
        self.may_refuse = False
        # It has seen all that any client has: none comes with a cursor ahead of it.
        self.may_lag = False
        self._is_stopping = False
        self._command = [str(executable), "serve", "--port", str(self.port), "--data", str(data)]
        self._confinement: tuple[str, ...] = ()
        self._log_path = log
        self._log = open(log, "ab", buffering=0)
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._output: asyncio.Task | None = None
        self._watch: asyncio.Task | None = None
        self._up, self._down = asyncio.Event(), asyncio.Event()

    @property
    def is_stopping(self) -> bool:
        """Told to end by `terminate_unannounced`, and nothing of the next life is there yet."""
        return self._is_stopping

    @property
    def process(self) -> int:
        return self._process.pid

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def up(self) -> int:
        await self._up.wait()
        return self.life

    async def down(self) -> None:
        await self._down.wait()

    async def stays(self, life: int, seconds: float = 1) -> bool:
        """Whether it is still in that life after a while: what broke was then not broken by a death."""
        if self.is_up and self.life == life and not self._is_stopping:
            await self.goes_down(within=seconds)
        return self.is_up and self.life == life and not self._is_stopping

    async def goes_down(self, within: float) -> None:
        """Returns when it has died, or after that time."""
        try:
            async with asyncio.timeout(within):
                await self._down.wait()
        except TimeoutError:
            pass

    @property
    def pid(self) -> int:
        return self._process.pid

    def wrap(self, command: list[str]) -> None:
        """Has this command run the server's, which it is given; before the first life."""
        self._command = command + self._command

    def confine(self, *options: str) -> None:
        """Options of setpriv for the next lives."""
        self._confinement = options

    async def start(self) -> None:
        """Returns once it has printed the line with its URL."""
        self.note(f"life {self.life + 1} begins")
        began = time.monotonic()
        # Should the harness be killed, the server must not stay behind.
        self._process = await asyncio.create_subprocess_exec(
            *["setpriv", "--pdeathsig", "KILL", *self._confinement, "--", *self._command],
            env=os.environ | UNLIMITED | self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log,
        )
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._ready_line()
        except TimeoutError:
            raise DidNotStart(f"no ready line in {READY_SECONDS} s") from None
        self.ready_seconds = time.monotonic() - began
        self.life += 1
        self._output = asyncio.create_task(self._copy_output())
        self._watch = asyncio.create_task(self._watch_for_crash())
        self._is_stopping = False
        self._down.clear()
        self._up.set()

    async def kill(self) -> None:
        """SIGKILL; returns when the process is no more, so that nothing of it writes any longer."""
        self._take_down()
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """SIGTERM; its exit status, or SIGKILL's when it took too long."""
        self._take_down()
        return await self._end(signal.SIGTERM)

    async def terminate_unannounced(self) -> tuple[int, float]:
        """The same, and clients go on as if nothing were until it is no more; also how many seconds it took."""
        self._is_stopping = True
        began = time.monotonic()
        status = await self._end(signal.SIGTERM)
        self._take_down()
        return status, time.monotonic() - began

    def last_words(self) -> str:
        lines = self._log_path.read_text(errors="replace").splitlines()
        return " / ".join(line for line in lines[-3:] if not line.startswith(NOTE)) or "nothing"

    @property
    def log_size(self) -> int:
        return self._log_path.stat().st_size

    def log_since(self, size: int) -> str:
        return self._log_path.read_bytes()[size:].decode(errors="replace")

    def note(self, line: str) -> None:
        self._log.write(f"{NOTE} {time.strftime('%H:%M:%S')} {line}\n".encode())

    async def close(self) -> None:
        if self._process and self._process.returncode is None:
            await self.kill()
        self._log.close()

    def _take_down(self) -> None:
        self._up.clear()
        self._down.set()

    async def _end(self, how: signal.Signals) -> int:
        if self._process.returncode is None:
            self._process.send_signal(how)
        try:
            async with asyncio.timeout(EXIT_SECONDS):
                status = await self._process.wait()
        except TimeoutError:
            self.note(f"still there {EXIT_SECONDS} s after {how.name}")
            self._process.kill()
            status = await self._process.wait()
        for task in (self._output, self._watch):
            if task:
                await task
        self._output = self._watch = None
        return status

    async def _ready_line(self) -> None:
        while line := await self._process.stdout.readline():
            self._log.write(line)
            if match := READY_LINE.search(line):
                if int(match[1]) != self.port:
                    raise DidNotStart(f"asked for port {self.port}, it says {line!r}")
                return
        status = await self._process.wait()
        raise DidNotStart(f"it ended with status {status} before it was ready", status)

    async def _watch_for_crash(self) -> None:
        status = await self._process.wait()
        if self.is_up:
            self._take_down()
            if self._is_stopping:
                return
            if self.is_doomed and status == -signal.SIGKILL:
                return
            self.crashes.append(f"life {self.life} ended by itself with status {status}")

    async def _copy_output(self) -> None:
        while line := await self._process.stdout.readline():
            self._log.write(line)


given_ports: set[int] = set()


def free_port() -> int:
    """A port outside of the range that the kernel gives to clients.

    Within it a client that connects to a dead server's port may be given that very port as its own, is then connected
    to itself, and the server cannot come back. None is given twice: who has been given one may not be there yet.
    """
    for _ in range(100):
        port = random.randint(20_000, 32_000)
        if port in given_ports:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                given_ports.add(port)
                return port
            except OSError:
                continue
    raise OSError("no free port between 20,000 and 32,000")
