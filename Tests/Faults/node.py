"""One Roomcast server of a cluster."""

import asyncio
import shutil
from pathlib import Path

from clock_shift import ClockShift
from connection import Answer, Connection, Interrupted
from forwarder import Forwarder
from server import DidNotStart, Server

CLUSTER = "faults"
STREAM = f"ROOMCAST_{CLUSTER}"
# How long posts wait for NATS: less than they do by default, so that a fault need not last longer.
PATIENCE_SECONDS = 2
READY_SECONDS = 60
LOOK_SECONDS = 0.05


class Node(Server):
    """Its `ways` to NATS, a forwarder for each NATS server, can be stopped; without any it goes there directly."""

    def __init__(
        self, number: int, executable: Path, data: Path, scratch: Path, urls: str, ways: list[Forwarder], clock: ClockShift | None = None
    ):
        self.name = f"node-{number}"
        self._folder = data / self.name
        environment = {"ROOMCAST_CLUSTER_TIMEOUT": str(PATIENCE_SECONDS)} | (clock.environment() if clock else {})
        super().__init__(executable, self._folder, scratch / f"{self.name}.log", lambda: environment)
        self._ways = ways
        self._clock = clock
        if ways:
            urls = ",".join(f"nats://127.0.0.1:{way.port}" for way in ways)
        self._command += ["--cluster", urls, "--cluster-name", CLUSTER]

    async def open_ways(self) -> None:
        for way in self._ways:
            await way.open()

    async def ready(self) -> None:
        """Returns when it says that it is near the log's end and NATS is there."""
        if (said := await self.says(is_ready=True, within=READY_SECONDS)) is not None:
            raise DidNotStart(f"{self.name} was not ready in {READY_SECONDS} s, but {said}: {self.last_words()}")

    async def says(self, is_ready: bool, within: float) -> Answer | str | None:
        """`None` as soon as /readyz says so, else what it said last."""
        said: Answer | str = "nothing was answered"
        connection = Connection(self.port)
        try:
            async with asyncio.timeout(within):
                while True:
                    try:
                        said = await connection.request("GET", "/readyz")
                        if said.status == (200 if is_ready else 503):
                            return None
                    except Interrupted as broken:
                        said = str(broken)
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            return said
        finally:
            connection.close()

    def cut_off(self) -> None:
        for way in self._ways:
            way.stop()

    def rejoin(self, is_broken_off: bool) -> None:
        """The cable is back; with a connection that has been given up meanwhile, or with the one of before."""
        for way in self._ways:
            if is_broken_off:
                way.break_off()
            way.let_pass()

    def set_clock(self, seconds: int) -> None:
        """So far ahead of the true one."""
        self._clock.set(seconds)

    def forget(self) -> None:
        """Its folder is gone; while it is down."""
        shutil.rmtree(self._folder)

    async def close(self) -> None:
        await super().close()
        for way in self._ways:
            await way.close()
