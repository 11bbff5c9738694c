#!/usr/bin/env python3
"""Streams from another machine: see `netns.py`. Reads for ever, or not at all once it was welcomed.

    guests.py HOST PORT COUNT PATH reads|""
"""

import selectors
import signal
import socket
import sys

host, port, count, path, reads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
poll = selectors.EpollSelector()
for number in range(count):
    stream = socket.socket()
    if not reads:
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stream.connect((host, port))
    stream.sendall(f"GET {path.replace('{}', str(number))} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    seen = b""
    while b"event: welcome" not in seen:
        data = stream.recv(512)
        if not data:
            sys.exit("not welcomed")
        seen += data
    poll.register(stream, selectors.EVENT_READ)
print("welcomed", flush=True)
while not reads:
    signal.pause()
while True:
    for key, _ in poll.select():
        if not key.fileobj.recv(1 << 16):
            poll.unregister(key.fileobj)
