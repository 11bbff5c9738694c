"""A strict little parser of the event streams that Roomcast promises, and of the chunks they come in.

Stricter than the WHATWG text, which lets a client skip what it does not understand: here a line that the contract does
not have is an error. A frame that many streams carry is parsed once.
"""

import json
import re
from dataclasses import dataclass

from message import Message

EVENTS = frozenset(
    "welcome gap message edit delete reaction pin room caught-up presence typing read membership mention revoked "
    "heartbeat goodbye".split()
)
DURABLE = frozenset("message edit delete reaction pin room".split())
CURSOR = re.compile("[a-z][a-z0-9]{0,15}-[0-9]+")
REMEMBERED_BYTES = 32 << 20


class Malformed(Exception):
    pass


@dataclass(frozen=True)
class Event:
    """`kind` is `retry` for the frame that only sets the reconnection time; `message` is for the kind `message`."""

    kind: str
    id: str | None = None
    data: dict | None = None
    message: Message | None = None

    @property
    def epoch(self) -> str:
        return self.id.rpartition("-")[0]

    @property
    def position(self) -> int:
        return int(self.id.rpartition("-")[2])


class EventParser:
    """Shared by all streams: frames are the same bytes on each of them."""

    def __init__(self):
        self._known: dict[bytes, Event] = {}
        self._bytes = 0

    def event(self, frame: bytes) -> Event:
        """`frame` is what stood before the blank line."""
        known = self._known.get(frame)
        if known is None:
            if self._bytes >= REMEMBERED_BYTES:
                self._known.clear()
                self._bytes = 0
            known = self._known[frame] = parse_frame(frame)
            self._bytes += len(frame)
        return known


def parse_frame(frame: bytes) -> Event:
    try:
        lines = frame.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed(f"{error}: {frame[:200]!r}") from None
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon or name not in ("retry", "id", "event", "data") or "\r" in line or "\0" in line:
            raise Malformed(f"line {line[:200]!r} in {frame[:200]!r}")
        if name in fields:
            raise Malformed(f"a second {name!r} in {frame[:200]!r}")
        fields[name] = value
    if "retry" in fields and len(fields) == 1:
        if not fields["retry"].isdecimal():
            raise Malformed(f"retry {fields['retry']!r}")
        return Event("retry", data={"milliseconds": int(fields["retry"])})
    kind = fields.get("event", "")
    if kind not in EVENTS or "data" not in fields:
        raise Malformed(f"no event of the contract: {frame[:200]!r}")
    try:
        data = json.loads(fields["data"])
    except ValueError as error:
        raise Malformed(f"{error}: {frame[:200]!r}") from None
    if not isinstance(data, dict):
        raise Malformed(f"data is no object: {frame[:200]!r}")
    event = Event(kind, fields.get("id"), data, message_in(data) if kind == "message" else None)
    if event.id is not None and not CURSOR.fullmatch(event.id):
        raise Malformed(f"id {event.id!r} is no cursor")
    if kind in DURABLE and (event.id is None or event.position != data.get("id")):
        raise Malformed(f"the id line is not the event's id: {frame[:200]!r}")
    return event


def message_in(data: dict) -> Message:
    try:
        return Message.from_object(data)
    except (KeyError, TypeError) as error:
        raise Malformed(f"no message ({error!r}): {str(data)[:300]}") from None


class FrameSplitter:
    """Bytes of a stream in, whole frames out; a frame that the connection's end cut off is never seen."""

    def __init__(self):
        self._rest = b""

    def feed(self, text: bytes) -> list[bytes]:
        *frames, self._rest = (self._rest + text).split(b"\n\n")
        return frames

    @property
    def is_within_a_frame(self) -> bool:
        return bool(self._rest)


class ChunkDecoder:
    """Takes the chunked transfer coding off; `ended` after the last chunk."""

    def __init__(self):
        self.ended = False
        self._rest = b""

    def feed(self, coded: bytes) -> bytes:
        coded, parts, at = self._rest + coded, [], 0
        while not self.ended:
            line_end = coded.find(b"\r\n", at)
            if line_end < 0:
                break
            try:
                size = int(coded[at:line_end].split(b";")[0], 16)
            except ValueError:
                raise Malformed(f"chunk size {coded[at:line_end][:40]!r}") from None
            start, end = line_end + 2, line_end + 2 + size
            if len(coded) < end + 2:
                break
            if coded[end : end + 2] != b"\r\n":
                raise Malformed(f"chunk of {size} bytes ends in {coded[end : end + 2]!r}")
            parts.append(coded[start:end])
            at = end + 2
            self.ended = size == 0
        self._rest = coded[at:]
        return b"".join(parts)

    @property
    def is_within_a_chunk(self) -> bool:
        return bool(self._rest)
