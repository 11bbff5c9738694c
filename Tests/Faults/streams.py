"""Stream readers: raw sockets that resume from their last `id:` after every death, and remember what they were told."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from event_stream import ChunkDecoder, Event, EventParser, FrameSplitter, Malformed
from load import Load
from message import Message
from server import Server

AWAY_SECONDS = 60
RETRY_SECONDS = 0.05
RESUMING = ("opening", "retry", "welcome", "gap", "replay")
CONNECT_SECONDS = 10
# What `retry:` may ask for, and the whole of a goodbye.
RETRY_MILLISECONDS = range(2000, 5001)
GOODBYE = {"reason": "shutdown", "reconnect": True}


@dataclass(frozen=True)
class Gap:
    """What a `gap` said, after so many messages of this reader, which had asked or come as far as `position`."""

    room: str
    reason: str
    oldest: int | None
    id: int
    after: int
    position: int


class Reader(asyncio.Protocol):
    """One subscriber to one or more rooms, over as many connections as it takes.

    One that is to `hear_all` asks for `rooms=*`; `rooms` are then all that there are.

    It judges what can be told from one connection (order of the opening, framing, `replayed`); the rest is in `messages`
    and the checker's.
    """

    def __init__(
        self,
        number: int,
        rooms: list[str],
        server: Server,
        parser: EventParser,
        rush: asyncio.Event,
        dice: random.Random,
        load: Load = Load(),
        hears_all: bool = False,
    ):
        self.name = f"stream-{number}"
        self.rooms = rooms
        self.start: int | None = None
        self.messages: list[Message] = []
        self.gaps: list[Gap] = []
        self.complaints: list[str] = []
        self.epochs: set[str] = set()
        self.resumes = 0
        self.replayed = 0
        self.state = "away"
        # Where it resumed, and how far the log had come by then, as far as anyone was told.
        self.resumed_at: list[tuple[int, int]] = []
        self.head: Callable[[], int] = lambda: 0
        # What each connection's `retry:` asked for; how many connections ended in a goodbye, and what came of those that a
        # server ended otherwise when it was told to stop.
        self.retries: list[int] = []
        self.goodbyes = 0
        self.unanswered = 0
        # How often a node that had not come as far as this one's cursor asked it to ask again.
        self.sent_back = 0
        self.cut_short: list[str] = []
        # Like an EventSource it comes back that long after a goodbye; and then did, after so many seconds.
        self.heeds_retry = False
        self._comes_as_told = False
        self.returns: list[float] = []
        # Given a cursor, the one to resume from; for sabotage.
        self.misremember: Callable[[str], str] | None = None
        self._server = server
        self._load = load
        self._asked: str | None = None
        # Of gaps that come together only the last is a place; who was cut off before it is told of all of them again.
        self._gaps_begun: list[dict] = []
        # It was cut after `hold`, and waits for `let_go`.
        self.is_kept_away = False
        self._is_held = asyncio.Event()
        self._is_held.set()
        self._is_marked = False
        self._parser = parser
        self._rush = rush
        self._dice = dice
        self._last_event_id: str | None = None
        self._progress = asyncio.Event()
        self._hurry = asyncio.Event()
        self._was_cut = False
        self._is_last = False
        self._welcomed_to = ["*"] if hears_all else sorted(rooms)
        names = "*" if hears_all else ",".join(quote(room) for room in rooms)
        path = f"/rooms/{names}/events" if len(rooms) == 1 and not hears_all else f"/events?rooms={names}"
        self._path = f"{path}{'&' if '?' in path else '?'}presence=0&user={self.name}"

    @property
    def position(self) -> int:
        return int(self._last_event_id.rpartition("-")[2]) if self._last_event_id else 0

    async def run(self) -> None:
        """Until the connection that `finish` spoke of has ended."""
        while not self._is_last:
            life = await self._server.up()
            complaints = len(self.complaints)
            await self._one_connection()
            if self._is_last:
                break
            self.sent_back += self._is_sent_back
            ended_well = self._was_cut or self.state == "goodbye" or self._is_sent_back
            if self._server.is_stopping and not ended_well:
                self._note_end()
            self._ended, self._was_told = time.monotonic(), self.state == "goodbye"
            self.state = "away"
            if not ended_well and await self._server.stays(life):
                self.complaints.append("a living server ended the stream without a goodbye")
            if len(self.complaints) > complaints or self._server.is_stopping:
                await asyncio.sleep(RETRY_SECONDS)  # never hammer a server that is wrong
            await self._server.up()
            if self.start is not None:
                await self._stay_away()
        if self.state != "goodbye":
            self.complaints.append("the server was shut down without a goodbye")

    @property
    def _is_sent_back(self) -> bool:
        """`retry:` and the end is the answer to a cursor that stays ahead of the node."""
        return self.state == "welcome" and self._asked is not None and self._server.may_lag

    def _note_end(self) -> None:
        if self.state != "opening":
            self.cut_short.append(f"in state {self.state}, after {self._last_event_id}")
        elif self._is_asked:
            self.unanswered += 1

    async def begin(self) -> None:
        """Returns when it has been welcomed for the first time: from that position on it must miss nothing."""
        while self.start is None:
            self._progress.clear()
            await self._progress.wait()

    async def reach(self, position: int) -> None:
        """Returns when everything up to this id has come; from now on it neither stays away nor cuts."""
        self._hurry.set()
        while self.position < position or self.state != "live":
            self._progress.clear()
            await self._progress.wait()

    def finish(self) -> None:
        """The present connection is the last, and must end in a goodbye."""
        self._is_last = True

    # For faults that break streams

    @property
    def is_connected(self) -> bool:
        return self.state not in ("away", "opening") and not self._was_cut

    def hold(self) -> None:
        """Stays away, once cut, until it is let go."""
        self._is_held.clear()

    def let_go(self) -> None:
        self._is_held.set()

    def cut(self) -> bool:
        """Breaks the connection now; whether that was in the middle of an event."""
        was_within = self._is_within_an_event
        self._cut()
        return was_within

    def mark(self) -> None:
        """The connection is broken as soon as it has brought a part of an event and not the rest."""
        self._is_marked = True

    @property
    def is_marked(self) -> bool:
        return self._is_marked

    @property
    def _is_within_an_event(self) -> bool:
        is_within_a_chunk = self._chunks is not None and self._chunks.is_within_a_chunk
        return self._head is None and (self._splitter.is_within_a_frame or is_within_a_chunk)

    async def _stay_away(self) -> None:
        self.is_kept_away = not self._is_held.is_set()
        await self._is_held.wait()
        self.is_kept_away = False
        load = self._load
        way = self._dice.choices(
            ["at once", "late", "rush", "absent"],
            [
                1 - load.late_share - load.rush_share - load.absent_share,
                load.late_share,
                load.rush_share,
                load.absent_share,
            ],
        )[0]
        self._comes_as_told = self.heeds_retry and self._was_told
        if self._comes_as_told:
            way = "as told"
        if way == "at once":
            return
        ends = [self._hurry.wait()]
        if not self._comes_as_told:
            ends += [self._server.down()] + ([self._rush.wait()] if way == "rush" else [])
        waits = [asyncio.create_task(end) for end in ends]
        seconds = self._dice.uniform(0, load.late_seconds) if way == "late" else AWAY_SECONDS
        if way == "as told":
            seconds = max(0, self._ended + self.retries[-1] / 1000 - time.monotonic())
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    # One connection

    async def _one_connection(self) -> None:
        loop = asyncio.get_running_loop()
        self._closed = loop.create_future()
        self._is_asked = False
        self.begin_connection()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await loop.create_connection(lambda: self, "127.0.0.1", self._server.port)
        except OSError:
            return
        cut = None
        if self._dice.random() < self._load.cut_share:
            cut = loop.call_later(self._dice.uniform(0, self._load.cut_seconds), self._cut_unless_hurried)
        await self._closed
        if cut:
            cut.cancel()

    def begin_connection(self) -> None:
        self._splitter, self._chunks, self._head = FrameSplitter(), None, b""
        self._replaying = 0
        self._gaps_begun = []
        self._was_cut = self._is_marked = False
        self.state = "opening"

    def _cut_unless_hurried(self) -> None:
        if self.start is not None and not self._hurry.is_set():
            self._cut()

    def _cut(self) -> None:
        self._was_cut = True
        self._transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._is_asked = True
        if self._comes_as_told:
            self.returns.append(time.monotonic() - self._ended)
        lines = [f"GET {self._path} HTTP/1.1", f"Host: 127.0.0.1:{self._server.port}", "Accept: text/event-stream"]
        self._asked = self._last_event_id
        if self._asked is not None:
            if self.misremember:
                self._asked = self.misremember(self._asked)
            self.resumed_at.append((self.position, self.head()))
            lines.append(f"Last-Event-ID: {self._asked}")
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def connection_lost(self, error: Exception | None) -> None:
        # Whoever waited for it may have given up.
        if not self._closed.done():
            self._closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        try:
            if self._head is not None:
                data = self._take_head(data)
            if self._chunks:
                data = self._chunks.feed(data)
            for frame in self._splitter.feed(data):
                self._take(self._parser.event(frame))
            # A proxy keeps the connection for another request.
            if self._chunks and self._chunks.ended:
                self._transport.close()
        except (Malformed, LookupError, TypeError, ValueError) as error:
            self._complain(repr(error))
        if self._is_marked and self._is_within_an_event:
            self._is_marked = False
            self._cut()
        self._progress.set()

    def _complain(self, text: str) -> None:
        """A stream that broke its promise is left: what follows could only repeat the complaint."""
        self.complaints.append(f"{text} (in state {self.state}, after {self._last_event_id})")
        self._cut()

    # What comes

    def _take_head(self, data: bytes) -> bytes:
        head, end, rest = (self._head + data).partition(b"\r\n\r\n")
        if not end:
            self._head = head
            return b""
        self._head = None
        status, *lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.partition(":")[::2] for line in lines)
        if status.split(" ")[1] != "200":
            raise Malformed(f"{status}: {rest[:300].decode(errors='replace')}")
        if headers.get("content-type", "").strip().partition(";")[0] != "text/event-stream":
            raise Malformed(f"content type {headers.get('content-type')}")
        if headers.get("transfer-encoding", "").strip() == "chunked":
            self._chunks = ChunkDecoder()
        self.state = "retry"
        return rest

    def _take(self, event: Event) -> None:
        if self._gaps_begun and event.kind != "gap":
            raise Malformed(f"a {event.kind} follows gaps of which none has an id: {self._gaps_begun}")
        # The usual case first: this runs for every delivery.
        if event.message is not None and self.state in ("live", "replay"):
            self.messages.append(event.message)
            self._last_event_id = event.id
            self._replaying += 1
            return
        match self.state, event.kind:
            case "retry", "retry" if event.data["milliseconds"] in RETRY_MILLISECONDS:
                self.retries.append(event.data["milliseconds"])
                self.state = "welcome"
            case "welcome", "welcome":
                self._take_welcome(event)
            case ("gap" | "replay" | "live"), "gap":
                self._take_gap(event)
            case "replay", "caught-up":
                self._take_caught_up(event)
            case ("replay" | "live"), ("edit" | "delete" | "reaction" | "pin" | "room"):
                self.complaints.append(f"nobody here makes a {event.kind}: {event.data}")
                self._last_event_id = event.id
            case ("replay" | "live"), "heartbeat":
                pass
            case "live", "presence" if event.data["room"] in self.rooms:
                pass
            case ("replay" | "live"), "goodbye" if event.data == GOODBYE:
                self.goodbyes += 1
                self.state = "goodbye"
            case _:
                raise Malformed(f"{event.kind} is out of place: {event.data}")

    def _take_welcome(self, event: Event) -> None:
        self.state = "replay"
        if sorted(event.data["rooms"]) != self._welcomed_to or event.data["refused"]:
            raise Malformed(f"asked for {self._welcomed_to}, welcomed to {event.data}")
        if event.id is None:
            self.state = "gap"  # it follows, and has the id
            return
        if self.start is None:
            self.start = event.position
        elif event.id != self._asked or event.data["resumed"] is not True:
            raise Malformed(f"resumed from {self._asked}, welcomed by {event.id}, {event.data}")
        else:
            self.resumes += 1
        self.epochs.add(event.epoch)
        self._last_event_id = event.id

    def _take_gap(self, event: Event) -> None:
        if self.state == "gap":
            self.state = "replay"
            self.resumes += 1
        self._gaps_begun.append(event.data)
        if event.id is None:
            return
        for data in self._gaps_begun:
            gap = Gap(
                data["room"], data["reason"], data.get("oldest_id"), event.position, len(self.messages), self.position
            )
            self.gaps.append(gap)
        self._gaps_begun = []
        self._last_event_id = event.id

    def _take_caught_up(self, event: Event) -> None:
        if event.data["replayed"] != self._replaying:
            raise Malformed(f"{self._replaying} were replayed, it says {event.data}")
        self.replayed += self._replaying
        self.state = "live"
