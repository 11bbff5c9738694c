"""Where a client is: at one node of a cluster, and later perhaps at another."""

import random
from collections.abc import Callable

from node import Node

# A node and its life: what a client compares, to know whether it was a death that broke its connection.
Life = tuple[Node, int]


class Place:
    """To a poster or a reader it is the server. Each time that such a client asks whether it is up, before each connection or post,
    it may be moved, cursor, keys and all; `moves` is the share of such times. Who is not moved waits for a dead node's return."""

    # A cursor of one node may be ahead of the next one.
    may_lag = True

    def __init__(self, nodes: list[Node], first: int, moves: Callable[[], float], dice: random.Random):
        self.moved = 0
        self._nodes, self._node = nodes, nodes[first % len(nodes)]
        self._moves, self._dice = moves, dice

    @property
    def port(self) -> int:
        return self._node.port

    @property
    def is_stopping(self) -> bool:
        return self._node.is_stopping

    @property
    def may_refuse(self) -> bool:
        return self._node.may_refuse

    async def up(self) -> Life:
        if self._dice.random() < self._moves():
            others = [node for node in self._nodes if node.is_up and node is not self._node]
            if others:
                self._node = self._dice.choice(others)
                self.moved += 1
        return self._node, await self._node.up()

    async def down(self) -> None:
        await self._node.down()

    async def stays(self, life: Life, seconds: float = 1) -> bool:
        node, number = life
        return await node.stays(number, seconds)
