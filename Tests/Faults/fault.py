"""What a fault is."""

import random
from typing import Protocol

from load import Load
from posters import Poster
from server import Server
from streams import Reader


class Fault(Protocol):
    name: str
    load: Load = Load()

    def environment(self) -> dict[str, str]:
        """Variables of the server's process."""
        return {}

    def server(self, plan, evidence) -> Server:
        """What is under test."""
        return Server(plan.executable, evidence.data, evidence.folder / "server.log", self.environment)

    def place(self, server: Server, dice: random.Random) -> Server:
        """What one client takes for the server."""
        return server

    @property
    def witnesses(self) -> list[Poster]:
        """Posters of its own, whose posts are the checker's as well; there may be more later."""
        return []

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        """Whom it may look at, or break something for; before the first life."""

    async def prepare(self, server: Server) -> None:
        """Before the first life."""

    async def moment(self, server: Server) -> None:
        """After the random instant: waits for a better one."""

    async def strike(self, server: Server) -> str:
        """Returns what happened, in a few words, with the server dead and everything ready for its next life; or, of a
        fault that does not kill it, once the trouble is over."""
        ...

    async def revive(self, server: Server) -> None:
        """Begins the next life, or the first."""
        if not server.is_up:
            await server.start()

    def relent(self) -> None:
        """The next life is the last, in which all is looked at: it must be spared."""

    async def reckon(self, server: Server, histories: dict) -> list[tuple[str, str, str]]:
        """At the end, with the server up: what the fault itself found broken, as kind, subject and words."""
        return []

    def missed(self) -> str:
        """After the last round: why this was no such fault at all; empty if it was."""
        return ""

    def summary(self) -> str:
        """After the last round: what shows that the fault was one."""
        return ""
