"""Three NATS servers and the Roomcast nodes over them; to a campaign they are the server."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from clock_shift import ClockShift
from forwarder import Forwarder
from nats import NatsCluster
from node import Node
from place import Place

NODES = 3


class Cluster:
    """`has_ways`: the nodes can be cut off from NATS. `has_clocks`: each has a clock of its own, which can be set."""

    def __init__(self, executable: Path, data: Path, scratch: Path, has_ways: bool = False, has_clocks: bool = False):
        self.nats = NatsCluster(scratch / "nats")
        self.ready_seconds = 0.0
        self.nodes: list[Node] = []
        self.places: list[Place] = []
        self._executable, self._data, self._scratch = executable, data, scratch
        self._has_ways, self._has_clocks = has_ways, has_clocks
        for _ in range(NODES):
            self._make_node()

    def _make_node(self) -> Node:
        ways = [Forwarder(server.port) for server in self.nats.servers] if self._has_ways else []
        number = len(self.nodes) + 1
        clock = ClockShift(self._scratch, f"node-{number}") if self._has_clocks else None
        node = Node(number, self._executable, self._data, self._scratch, self.nats.urls, ways, clock)
        self.nodes.append(node)
        return node

    def place(self, moves: Callable[[], float], dice: random.Random) -> Place:
        """For one more client; the first of them are spread over the nodes evenly."""
        place = Place(self.nodes, len(self.places), moves, dice)
        self.places.append(place)
        return place

    async def start(self) -> None:
        """Whatever is not there: at first everything, later what has fallen, which is a crash all the same."""
        self.nats.launch()
        await asyncio.to_thread(self.nats.await_ready)
        for node in self.nodes:
            await node.open_ways()
        # All at once, so that several may want to make the stream.
        await asyncio.gather(*(node.start() for node in self.nodes if not node.is_up))

    async def join(self) -> Node:
        """One node more, with nothing in its folder."""
        node = self._make_node()
        await node.open_ways()
        await node.start()
        return node

    async def ready(self) -> None:
        """Returns when all is well everywhere, whatever has been."""
        await asyncio.to_thread(self.nats.await_ready)
        await asyncio.gather(*(node.ready() for node in self.nodes))

    def allow_refusals(self, are_allowed: bool) -> None:
        """Of all nodes, while NATS is in trouble."""
        for node in self.nodes:
            node.may_refuse = are_allowed

    @property
    def port(self) -> int:
        return self.nodes[0].port

    @property
    def crashes(self) -> list[str]:
        return [f"{node.name}: {crash}" for node in self.nodes for crash in node.crashes]

    def last_words(self) -> str:
        return "; ".join(f"{node.name}: {node.last_words()}" for node in self.nodes)

    async def terminate(self) -> int:
        """SIGTERM to all nodes at once; the first status that is not 0."""
        statuses = await asyncio.gather(*(node.terminate() for node in self.nodes))
        self.nats.stop()
        return next((status for status in statuses if status != 0), 0)

    async def close(self) -> None:
        try:
            for node in self.nodes:
                await node.close()
        finally:
            self.nats.stop()
