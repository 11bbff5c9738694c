"""Whether all nodes of a cluster show the same, and all that was acknowledged."""

import asyncio
from urllib.parse import quote

from connection import Connection
from history import NoHistory, read_history
from message import Message
from node import Node
from posters import Poster, Post

PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.02

Finding = tuple[str, str, str]


class Agreement:
    """Looks while posts go on: at what came since it last looked, up to what had been acknowledged when it began."""

    def __init__(self, rooms: list[str]):
        self.looks = self.compared = 0
        self._rooms = rooms
        self._through = 0

    async def look(self, nodes: list[Node], posters: list[Poster]) -> list[Finding]:
        acknowledged = [post for poster in posters for post in poster.acknowledged if post.id > self._through]
        if not acknowledged:
            return []
        newest = max(acknowledged, key=lambda post: post.id)
        shown = await asyncio.gather(*(self._shown(node, newest) for node in nodes))
        self._through = newest.id
        self.looks += 1
        self.compared += len(shown[0])
        findings = missing(acknowledged, shown[0], nodes[0].name)
        for node, messages in zip(nodes[1:], shown[1:]):
            findings += differences(shown[0], messages, node.name)
        return findings

    async def _shown(self, node: Node, newest: Post) -> list[Message]:
        """All rooms, one after the other."""
        connection, messages = Connection(node.port), []
        try:
            await self._reached(connection, node, newest)
            for room in self._rooms:
                history = await read_history(connection, room, after=self._through)
                messages += [message for message in history if message.id <= newest.id]
        finally:
            connection.close()
        return messages

    async def _reached(self, connection: Connection, node: Node, newest: Post) -> None:
        """A node that shows this has applied all before it."""
        path = f"/rooms/{quote(newest.room)}/messages/{newest.id}"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (answer := await connection.request("GET", path)).status != 200:
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise NoHistory(f"{node.name} does not show {newest.id} of {newest.room} after {PATIENCE_SECONDS} s: {answer}") from None


def missing(acknowledged: list[Post], shown: list[Message], node: str) -> list[Finding]:
    there = {(message.id, message.text) for message in shown}
    return [
        ("lost", post.key, f"acknowledged as {post.id} in {post.room}, not shown by {node}")
        for post in acknowledged
        if (post.id, post.text) not in there
    ]


def differences(expected: list[Message], shown: list[Message], node: str) -> list[Finding]:
    """What a node shows otherwise than another one, which is no more right than it."""
    if shown == expected:
        return []
    findings: list[Finding] = []
    wanted, there = {message.id: message for message in expected}, {message.id: message for message in shown}
    for id in sorted(wanted.keys() - there.keys()):
        findings.append(("lost", f"{node} {id}", f"another node shows {wanted[id]}"))
    for id in sorted(there.keys() - wanted.keys()):
        findings.append(("other", f"{node} {id}", f"no other node shows {there[id]}"))
    for id in sorted(there.keys() & wanted.keys()):
        if there[id] != wanted[id]:
            findings.append(("other", f"{node} {id}", f"shows {there[id].whole}, another node {wanted[id].whole}"))
    if len(there) < len(shown):
        findings.append(("duplicated", node, f"{len(shown) - len(there)} messages are shown twice"))
    if not findings:
        findings.append(("out of order", node, "the same messages as another node's, in another order"))
    return findings
