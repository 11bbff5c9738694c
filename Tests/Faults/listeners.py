#!/usr/bin/env python3
"""Honest listeners in a process of their own, so that what the harness does costs them nothing.

    listeners.py PORT COUNT PATH

Reads commands from standard input and answers each with a line of JSON: `latencies`, milliseconds by the phase that a
text names, as ~PHASE NANOSECONDS~; `ids`, what came on each stream, streams that got the same together; `open`, how many
have been told that they are caught up and are still connected; `least`, how many messages each has at least.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections import Counter, defaultdict

from event_stream import ChunkDecoder, FrameSplitter

STAMP = re.compile(rb"~(\w+) (\d+)~")
ID = re.compile(rb"id: \w+-(\d+)\n")


class Listener:
    def __init__(self, port: int, path: str):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".encode())
        self.socket.setblocking(False)
        self.ids: list[int] = []
        self.is_caught_up = self.is_closed = False
        self._head: bytes | None = b""
        self._chunks, self._splitter = ChunkDecoder(), FrameSplitter()

    def read(self) -> list[bytes]:
        """Whole frames."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self.is_closed = True
            return []
        if self._head is not None:
            head, end, data = (self._head + data).partition(b"\r\n\r\n")
            self._head = None if end else head
            if not end:
                return []
        return self._splitter.feed(self._chunks.feed(data))


def main() -> None:
    port, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    poll = selectors.EpollSelector()
    listeners = [Listener(port, path) for _ in range(count)]
    for listener in listeners:
        poll.register(listener.socket, selectors.EVENT_READ, listener)
    poll.register(sys.stdin, selectors.EVENT_READ, None)
    known: dict[bytes, tuple[int, str, int]] = {}
    latencies: dict[str, list[float]] = defaultdict(list)
    while True:
        for key, _ in poll.select():
            listener = key.data
            if listener is None:
                command = sys.stdin.readline().strip()
                if not command:
                    return
                print(json.dumps(answer(command, listeners, latencies)), flush=True)
                continue
            frames = listener.read()
            now = time.monotonic_ns()
            for frame in frames:
                told = known.get(frame)
                if told is None:
                    if b"event: message\n" in frame:
                        stamp = STAMP.search(frame)
                        told = (int(ID.search(frame)[1]), stamp[1].decode() if stamp else "", int(stamp[2]) if stamp else 0)
                    else:
                        told = (-1, "caught up" if b"event: caught-up\n" in frame else "", 0)
                    if len(known) > 20_000:
                        known.clear()
                    known[frame] = told
                id, phase, sent = told
                if id < 0:
                    listener.is_caught_up |= phase == "caught up"
                    continue
                listener.ids.append(id)
                if phase:
                    latencies[phase].append((now - sent) / 1e6)
            if listener.is_closed:
                poll.unregister(listener.socket)
                listener.socket.close()


def answer(command: str, listeners: list[Listener], latencies: dict[str, list[float]]):
    if command == "open":
        return sum(listener.is_caught_up and not listener.is_closed for listener in listeners)
    if command == "least":
        return min(len(listener.ids) for listener in listeners)
    if command == "latencies":
        shown = {}
        for phase, values in latencies.items():
            values = sorted(values)
            shown[phase] = {"count": len(values), "p50": values[len(values) // 2], "p99": values[len(values) * 99 // 100]}
        return shown
    return [[list(ids), count] for ids, count in Counter(tuple(listener.ids) for listener in listeners).items()]


if __name__ == "__main__":
    main()
