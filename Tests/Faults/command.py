"""Runs a command of the program under test."""

import asyncio
from pathlib import Path

COMMAND_SECONDS = 120


async def roomcast(executable: Path, *arguments, seconds: float = COMMAND_SECONDS) -> tuple[int, str]:
    """Its exit status, negative for a signal or when it took too long, and all it said."""
    process = await asyncio.create_subprocess_exec(
        executable,
        *map(str, arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return -1, f"nothing in {seconds} s"
    return process.returncode, said.decode(errors="replace").strip()
