"""A raw connection to the server whose owner decides when it reads, and how much: what hostile peers are made of."""

import asyncio
import socket
import time

from event_stream import ChunkDecoder, Event, EventParser, FrameSplitter


class Peer:
    """Non-blocking. What was read is in `head` and `events`."""

    def __init__(self, port: int, request: str, receive_buffer: int = 0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.began = time.monotonic()
        self.closed_after: float | None = None
        self.head: bytes | None = None
        self.events: list[Event] = []
        self.received = b""
        self._chunks, self._splitter = ChunkDecoder(), FrameSplitter()
        self.send(request)

    def send(self, text: str) -> bool:
        """Whether the connection still stands."""
        try:
            self.socket.send(text.encode())
        except BlockingIOError:
            pass
        except OSError:
            self._end()
        return self.closed_after is None

    def read(self, most: int = 1 << 20) -> bool:
        """Takes what is there; whether the connection still stands."""
        try:
            data = self.socket.recv(most)
            if data:
                self.received += data
            else:
                self._end()
        except BlockingIOError:
            pass
        except OSError:
            self._end()
        return self.closed_after is None

    def drain(self) -> bool:
        while True:
            length = len(self.received)
            if not self.read():
                return False
            if len(self.received) == length:
                return True

    def parse(self, parser: EventParser) -> list[Event]:
        """The whole events of an event stream that were read."""
        data, self.received = self.received, b""
        if self.head is None:
            head, end, rest = data.partition(b"\r\n\r\n")
            if not end:
                self.received = data
                return self.events
            self.head, data = head, rest
        self.events += [parser.event(frame) for frame in self._splitter.feed(self._chunks.feed(data))]
        return self.events

    @property
    def ids(self) -> list[int]:
        return [event.position for event in self.events if event.kind == "message"]

    @property
    def cursor(self) -> str | None:
        return next((event.id for event in reversed(self.events) if event.id), None)

    def close(self) -> None:
        self.socket.close()

    def _end(self) -> None:
        if self.closed_after is None:
            self.closed_after = time.monotonic() - self.began


def is_held(peer: Peer) -> bool:
    """Whether the server still has its end, as the kernel tells without reading from it."""
    # struct tcp_info begins with the state: 1 is ESTABLISHED.
    return peer.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1


async def opened(count: int, make) -> list[Peer]:
    """So many, without keeping the event loop from its work."""
    peers = []
    for number in range(count):
        peers.append(make(number))
        if number % 20 == 19:
            await asyncio.sleep(0)
    return peers
