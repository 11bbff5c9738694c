"""The clock that people set, as servers see it."""

import mmap
import struct
import subprocess
from pathlib import Path

from disk import COMPILE


class ClockShift:
    """Of the servers that are started with its environment. Only what they are told is shifted: whoever has the kernel wait until a
    moment of that clock waits until it is that late by the true one."""

    def __init__(self, scratch: Path, name: str = "clock"):
        self._shim, self._file = scratch / f"{name}-shift.so", scratch / f"{name}-shift"
        subprocess.run([*COMPILE, "-o", self._shim, Path(__file__).with_name("clockshift.c"), "-ldl"], check=True, timeout=60)
        self._file.write_bytes(bytes(8))
        with open(self._file, "r+b") as file:
            self._shift = mmap.mmap(file.fileno(), 8)

    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._shim), "ROOMCAST_CLOCK_SHIFT": str(self._file)}

    def set(self, seconds: int) -> None:
        """At once, also for a server that runs."""
        self._shift[:8] = struct.pack("=q", seconds * 1_000_000_000)
