"""The whole history of a room, as any client can page through it."""

from urllib.parse import quote

from connection import Connection
from message import Message

PAGE = 500


class NoHistory(Exception):
    pass


async def read_history(connection: Connection, room: str, after: int = 0) -> list[Message]:
    """What comes after an id, in the order given; that the order is right, is the checker's to say."""
    messages: list[Message] = []
    while True:
        answer = await connection.request("GET", f"/rooms/{quote(room)}/messages?after={after}&limit={PAGE}")
        if answer.status != 200:
            raise NoHistory(f"history of {room} after {after}: {answer}")
        page = answer.json()
        messages += [Message.from_object(message) for message in page["messages"]]
        if not page["has_more_after"]:
            return messages
        # A server that has more but does not go on would be asked for ever.
        if not page["messages"] or page["messages"][-1]["id"] <= after:
            raise NoHistory(f"history of {room} after {after} has more, and does not go on: {str(page)[:300]}")
        after = page["messages"][-1]["id"]
