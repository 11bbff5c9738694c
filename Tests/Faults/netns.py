"""A machine of its own, as far as TCP can tell: a network namespace behind a cable that can be pulled."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

from disk import NotInPlace

MAKE = """
set -e
ip netns add {name}
ip link add {near} type veth peer name {far} netns {name}
ip addr add {host}/30 dev {near}
ip link set {near} up
ip -n {name} addr add {guest}/30 dev {far}
ip -n {name} link set {far} up
"""


class Machine:
    """Needs to be root."""

    def __init__(self, label: str):
        tag = f"{os.getpid() % 100_000}{label[:1]}"
        self.name, self._near, self._far = f"roomcast-{tag}", f"rcn{tag}", f"rcf{tag}"
        # A network of four addresses among those that are nobody's (RFC 2544's, for benchmarks).
        network = f"198.{random.choice((18, 19))}.{random.randrange(256)}"
        first = 4 * random.randrange(64)
        self.host, self.guest = f"{network}.{first + 1}", f"{network}.{first + 2}"
        self._processes: list[asyncio.subprocess.Process] = []

    def __enter__(self):
        command = MAKE.format(name=self.name, near=self._near, far=self._far, host=self.host, guest=self.guest)
        made = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
        if made.returncode:
            self._remove()
            raise NotInPlace(f"no network namespace can be made here ({made.stderr.strip()}); it takes root and iproute2")
        return self

    def __exit__(self, *_):
        for process in self._processes:
            if process.returncode is None:
                process.kill()
        self._remove()

    async def listen(self, port: int, count: int, path: str, reads: bool) -> None:
        """Opens so many streams from there; `{}` in the path is a number. Returns when they are all welcomed."""
        process = await asyncio.create_subprocess_exec(
            *["setpriv", "--pdeathsig", "KILL", "--", "ip", "netns", "exec", self.name, sys.executable],
            *[Path(__file__).with_name("guests.py"), self.host, str(port), str(count), path, "reads" if reads else ""],
            stdout=asyncio.subprocess.PIPE,
        )
        self._processes.append(process)
        if await asyncio.wait_for(process.stdout.readline(), 10) != b"welcomed\n":
            raise RuntimeError(f"the streams of {self.name} were not opened")

    def pull_the_cable(self) -> None:
        """Nothing leaves it and nothing reaches it any more; whoever sends to it is not told."""
        subprocess.run(["ip", "-n", self.name, "link", "set", self._far, "down"], check=True)

    def _remove(self) -> None:
        # The cable goes with it; a process in it would keep both.
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)
        subprocess.run(["ip", "link", "del", self._near], capture_output=True)
