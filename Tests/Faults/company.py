"""The honest listeners of a row: `listeners.py` as a process, asked over a pipe."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from hostile import eventually

READY_SECONDS = 20
PIPE_BYTES = 64 << 20


class Company:
    def __init__(self, process: asyncio.subprocess.Process, count: int):
        self.count = count
        self._process = process

    async def ask(self, command: str):
        self._process.stdin.write(command.encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), READY_SECONDS)
        if not line:
            raise RuntimeError("the listeners' process has ended")
        return json.loads(line)

    async def have(self, messages: int, within: float = 10) -> bool:
        """Returns when each has so many messages, or after that time."""
        async def look() -> bool:
            return await self.ask("least") >= messages

        return await eventually(look, within) is not None


@asynccontextmanager
async def company(port: int, count: int, path: str):
    """So many listeners at `path`, all caught up."""
    process = await asyncio.create_subprocess_exec(
        *["setpriv", "--pdeathsig", "KILL", "--", sys.executable, Path(__file__).with_name("listeners.py")],
        *[str(port), str(count), path],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=PIPE_BYTES,
    )
    try:
        listeners = Company(process, count)
        async with asyncio.timeout(READY_SECONDS):
            while await listeners.ask("open") < count:
                await asyncio.sleep(0.05)
        yield listeners
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
