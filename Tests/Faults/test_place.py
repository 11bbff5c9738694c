"""A client is at one node at a time, and is told of that node's deaths alone."""

import asyncio
import random
import unittest

from place import Place


class Node:
    def __init__(self, number: int):
        self.port, self.life, self.is_stopping, self.may_refuse = number, 1, False, False
        self._up = asyncio.Event()
        self._up.set()

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def up(self) -> int:
        await self._up.wait()
        return self.life

    async def stays(self, life: int, seconds: float) -> bool:
        return self.is_up and self.life == life

    def die(self) -> None:
        self._up.clear()

    def rise(self) -> None:
        self.life += 1
        self._up.set()


class PlaceTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.nodes = [Node(1), Node(2), Node(3)]

    def place(self, moves: float, first: int = 0) -> Place:
        return Place(self.nodes, first, lambda: moves, random.Random(1))

    async def test_theFirstAreSpread(self):
        self.assertEqual([self.place(0, first).port for first in range(4)], [1, 2, 3, 1])

    async def test_whoStays_waitsForItsNode(self):
        place = self.place(moves=0)
        before = await place.up()
        self.nodes[0].die()
        waiting = asyncio.create_task(place.up())
        await asyncio.sleep(0)
        self.assertFalse(waiting.done())
        self.nodes[0].rise()
        self.assertNotEqual(await waiting, before)
        self.assertEqual((place.port, place.moved), (1, 0))

    async def test_whoMoves_goesToAnotherThatIsUp(self):
        place = self.place(moves=1)
        self.nodes[1].die()
        self.assertEqual([(await place.up())[0].port for _ in range(4)], [3, 1, 3, 1])
        self.assertEqual(place.moved, 4)

    async def test_whoMoves_withNobodyElseUp_waitsForItsNode(self):
        place = self.place(moves=1)
        for node in self.nodes:
            node.die()
        waiting = asyncio.create_task(place.up())
        await asyncio.sleep(0)
        self.nodes[0].rise()
        self.assertEqual((await waiting)[0], self.nodes[0])

    async def test_stays_isOfTheNodeWhereItWas(self):
        place = self.place(moves=1)
        life = await place.up()
        await place.up()
        self.assertTrue(await place.stays(life))
        life[0].die()
        self.assertFalse(await place.stays(life))
        life[0].rise()
        self.assertFalse(await place.stays(life))

    async def test_refusals_areOfTheNodeWhereItIs(self):
        place = self.place(moves=0)
        self.nodes[1].may_refuse = True
        self.assertFalse(place.may_refuse)
        self.nodes[0].may_refuse = True
        self.assertTrue(place.may_refuse)


if __name__ == "__main__":
    unittest.main()
