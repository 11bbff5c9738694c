"""Reverse proxies from Debian in front of the server: nothing is held back, lost or doubled, whatever becomes of them."""

import asyncio
import json
import random
import time
from pathlib import Path

from checker import Verdict, check
from connection import Answer, Connection
from event_stream import EventParser
from history import read_history
from listener import Listener, numbered
from posters import Poster
from proxy import HOST, KINDS, Kind, Proxy
from result import Result
from server import Server
from streams import Reader

# Through a proxy a message comes so much later at most than without.
PROMPT_SECONDS = 0.1
# What a machine with other work does to a measurement is not the proxy's: it may be repeated so often. What gathers messages
# up never passes.
ATTEMPTS = 3
MESSAGES = 25
PACE_SECONDS = 0.04
# In the short form a proxy that cuts idle streams does it after this, and heartbeats come as often as can be asked for.
SHORT_TIMEOUT, SHORT_HEARTBEAT = 7, 5
SHORT_IDLE_SECONDS = 16
# From so many rounds on, with its own timeouts and the usual heartbeat.
LONG_ROUNDS = 10
LONG_IDLE_SECONDS = 130
POSTERS, STREAMS = 2, 8
LIFE_SECONDS, DOWN_SECONDS = (0.3, 0.8), (0.0, 0.3)
PATIENCE_SECONDS = 30
# Who left is listed for 5 s more; a stream that the proxy keeps is found out by the next heartbeat at the earliest.
LEAVE_SECONDS = 8


class Proxies:
    """Not a campaign's fault: each kind of proxy has a server and a load of its own, all at the same time."""

    name = "proxies"
    load = f"{len(KINDS)} proxies, each with {POSTERS} posters and {STREAMS} streams"

    def __init__(self, plan, evidence):
        self._plan = plan
        self._folder = evidence.folder
        self.result = Result()

    async def run(self) -> Result:
        dice = random.Random(self._plan.seed)
        passages = [
            Passage(kind, self._plan, self._folder / kind.name, random.Random(dice.getrandbits(64))) for kind in KINDS
        ]
        await asyncio.gather(*(passage.run(self.result.verdict) for passage in passages))
        self.result.survived = min(passage.kills for passage in passages)
        self.result.acknowledged = sum(passage.acknowledged for passage in passages)
        self.result.remarks = [passage.remark for passage in passages]
        return self.result


class Passage:
    """One kind of proxy and what goes through it."""

    def __init__(self, kind: Kind, plan, folder: Path, dice: random.Random):
        folder.mkdir()
        self._kind, self._plan, self._folder, self._dice = kind, plan, folder, dice
        self._is_long = plan.rounds >= LONG_ROUNDS
        trust = {"ROOMCAST_TRUSTED_PROXY": "127.0.0.1"} if kind.trusted else {}
        settings = trust | {"ROOMCAST_ACCESS_LOG": "on", "ROOMCAST_LOG_FORMAT": "json"}
        self._server = Server(plan.executable, folder / "data", folder / "server.log", lambda: settings)
        self._proxy = Proxy(kind, folder / "proxy", self._server.port)
        self._verdict = Verdict()
        self._notes: list[str] = []
        self.kills = self.acknowledged = 0

    @property
    def remark(self) -> str:
        return f"{self._kind.name}: {'; '.join(self._notes)}"

    async def run(self, verdict: Verdict) -> None:
        self._verdict = verdict
        idle: asyncio.Task | None = None
        try:
            await self._server.start()
            await self._proxy.start()
            idle = asyncio.create_task(self._stays_open_while_idle())
            await self._is_prompt()
            await self._tells_addresses()
            await self._shows_what_it_should()
            if self._kind.has_tls:
                await self._takes_tls_off()
            await idle
            await self._dies_and_comes_back()
        except Exception as failure:
            self._found(f"{type(failure).__name__}: {failure}")
        finally:
            if idle:
                idle.cancel()
            await self._proxy.close()
            await self._server.close()
        for crash in self._server.crashes + self._proxy.crashes:
            self._found(crash)

    def _found(self, what: str) -> None:
        self._verdict.add("other", self._kind.name, what)

    # Nothing is held back

    async def _is_prompt(self) -> None:
        listeners = [await Listener.over_http("direct", self._server.port, "/rooms/prompt/events?presence=0")]
        for format in ("sse", "ndjson", "text"):
            path = f"/rooms/prompt/events?user={format}&format={format}"
            listeners.append(await Listener.over_http(format, self._proxy.port, path))
        await self._measure("prompt", listeners)
        for listener in listeners:
            await listener.close()
        # The proxy lets the server know that a client has left.
        deadline = time.monotonic() + LEAVE_SECONDS
        while (there := await self._guests("prompt")) and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        if there:
            self._found(f"{LEAVE_SECONDS} s after its clients had left, the room still had {', '.join(there)}")

    async def _measure(self, room: str, listeners: list[Listener]) -> None:
        """The first of them is the measure for the others."""
        direct, *through = listeners
        for listener in listeners:
            if not await listener.begins(within=PATIENCE_SECONDS):
                self._found(f"{listener.name}: no stream, but {listener.head[:200]!r}")
                return
        first = 0
        for attempt in range(ATTEMPTS):
            worst = await self._worst_delays(room, direct, through, range(first, first + MESSAGES))
            first += MESSAGES
            if all(worst[listener.name] <= PROMPT_SECONDS for listener in through):
                break
        for listener in through:
            self._notes.append(f"{listener.name} {worst[listener.name] * 1000:.0f} ms later at most")
            if worst[listener.name] > PROMPT_SECONDS:
                self._found(f"{listener.name}: a message was held back for {worst[listener.name]:.2f} s")

    async def _worst_delays(self, room: str, direct: Listener, through: list[Listener], numbers: range) -> dict[str, float]:
        connection = Connection(self._server.port)
        for number in numbers:
            await self._post(connection, room, numbered(number))
            await asyncio.sleep(PACE_SECONDS)
        connection.close()
        for listener in (direct, *through):
            await listener.sees(numbers[-1], within=1)
        now = time.monotonic()
        return {
            listener.name: max(listener.seen.get(number, now) - direct.seen[number] for number in numbers)
            for listener in through
        }

    # What the server learns, and what the world does

    async def _tells_addresses(self) -> None:
        """The client is 127.0.0.2, and says that it is another."""
        agent = f"probe-{self._kind.name}"
        request = f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: {agent}\r\nX-Forwarded-For: 203.0.113.9\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", self._proxy.port, local_addr=("127.0.0.2", 0))
        writer.write(f"{request}Connection: close\r\n\r\n".encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await reader.read()
            while not (lines := [line for line in self._access_log() if line.get("agent") == agent]):
                await asyncio.sleep(0.02)
        writer.close()
        expected = "127.0.0.2" if self._kind.trusted else "127.0.0.1"
        if lines[0]["client"] != expected:
            self._found(f"the server took {lines[0]['client']} for the client, which was {expected}")

    def _access_log(self) -> list[dict]:
        text = (self._folder / "server.log").read_text(errors="replace")
        lines = (json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}"))
        return [line["metadata"] for line in lines if line.get("label") == "roomcast.access"]

    async def _shows_what_it_should(self) -> None:
        """The server's own page may post, if the proxy says what host the browser sees; metrics are nobody's business."""
        posted = await self._own_page_posts()
        expected = 201 if self._kind.trusted else 403
        if posted.status != expected:
            self._found(f"its own page's post was answered {posted}, not {expected}")
        connection = Connection(self._proxy.port)
        for path in ("/metrics", "/%6detrics", "/metrics?a=b"):
            status = (await connection.request("GET", path)).status
            if status != (404 if self._kind.trusted else 200):
                self._found(f"GET {path} was answered {status}")
        connection.close()

    async def _own_page_posts(self) -> Answer:
        """Connection writes a Host of its own, so this one is written by hand."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._proxy.port)
        lines = [f"Host: {HOST}", f"Origin: http://{HOST}", "Content-Type: text/plain", "Content-Length: 2", "Connection: close"]
        writer.write(("\r\n".join(["POST /rooms/page?user=ann HTTP/1.1", *lines]) + "\r\n\r\nhi").encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await reader.read()
        writer.close()
        return Answer(int(answer.split(b" ", 2)[1]), {}, answer.partition(b"\r\n\r\n")[2])

    # TLS

    async def _takes_tls_off(self) -> None:
        proxy = Proxy(self._kind, self._folder / "tls", self._server.port, tls=True)
        try:
            await proxy.start()
            url = f"https://{HOST}:{proxy.port}/rooms/tls"
            options = ["-k", "--resolve", f"{HOST}:{proxy.port}:127.0.0.1"]
            direct = await Listener.over_http("direct", self._server.port, "/rooms/tls/events?presence=0")
            secret = await Listener.over_curl("TLS", "--http2", *options, f"{url}/events?presence=0")
            await self._measure("tls", [direct, secret])
            if not secret.head.startswith(b"HTTP/2 200"):
                self._found(f"TLS: this is no HTTP/2: {secret.head[:60]!r}")
            origin = f"Origin: https://{HOST}:{proxy.port}"
            post = await Listener.over_curl("post", *options, "-H", origin, "-d", "hi", f"{url}?user=ann")
            await post.ends(within=PATIENCE_SECONDS)
            if b" 201" not in post.head.partition(b"\r\n")[0]:
                self._found(f"TLS: its own page's post was answered {post.head[:60]!r}")
            # A cookie that is taken away is so for TLS alone only where the server knows that the browser speaks it.
            session = await Listener.over_curl("session", *options, "-H", "Cookie: roomcast=none", f"https://{HOST}:{proxy.port}/session")
            await session.ends(within=PATIENCE_SECONDS)
            if b" roomcast=; path=/; max-age=0; httponly; samesite=lax; secure" not in session.head.lower():
                self._found(f"TLS: the server does not know of it: {session.head!r}")
            for listener in (direct, secret, post, session):
                await listener.close()
        finally:
            await proxy.close()

    # Idle streams

    async def _stays_open_while_idle(self) -> None:
        """A stream with heartbeats outlives what cuts a silent one, and that there is such a thing shows on one without."""
        seconds = LONG_IDLE_SECONDS if self._is_long else SHORT_IDLE_SECONDS
        timeout = 0 if self._is_long else SHORT_TIMEOUT
        heartbeat = "" if self._is_long else f"&heartbeat={SHORT_HEARTBEAT}"
        is_cut = self._kind.idle_seconds and (timeout or self._kind.idle_seconds < seconds)
        proxy = Proxy(self._kind, self._folder / "idle", self._server.port, timeout=timeout if self._kind.idle_seconds else 0)
        try:
            await proxy.start()
            room = "/rooms/idle/events?presence=0"
            living = await Listener.over_http("idle", proxy.port, room + heartbeat)
            silent = await Listener.over_http("silent", proxy.port, room + "&format=text")
            for listener in (living, silent):
                await listener.begins(within=PATIENCE_SECONDS)
            if await living.ends(within=seconds):
                self._found("an idle stream was cut in spite of its heartbeats")
            if is_cut and not silent.has_ended:
                self._found("a silent stream was not cut: the timeout under test is none")
            connection = Connection(self._server.port)
            await self._post(connection, "idle", numbered(0))
            connection.close()
            if not await living.sees(0, within=1):
                self._found(f"nothing came on a stream that had been idle for {seconds} s")
            self._notes.append(f"idle for {seconds} s" + (f" over timeouts of {timeout or self._kind.idle_seconds} s" if is_cut else ""))
            for listener in (living, silent):
                await listener.close()
        finally:
            await proxy.close()

    # Death of the proxy

    async def _dies_and_comes_back(self) -> None:
        """Posters and streams know the proxy only; the server lives through it all."""
        rooms, parser, rush = ["lobby", "大厅"], EventParser(), asyncio.Event()
        posters = [Poster(n, self._proxy, rooms, self._new_dice()) for n in range(POSTERS)]
        readers = [
            Reader(n, [rooms[n % len(rooms)]], self._proxy, parser, rush, self._new_dice()) for n in range(STREAMS)
        ]
        listening = [asyncio.create_task(reader.run()) for reader in readers]
        stop = asyncio.Event()
        posting: list[asyncio.Task] = []
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*(reader.begin() for reader in readers))
            posting = [asyncio.create_task(poster.run(stop)) for poster in posters]
            for number in range(self._plan.rounds):
                await asyncio.sleep(self._dice.uniform(*LIFE_SECONDS))
                await (self._proxy.terminate() if number % 3 == 2 else self._proxy.kill())
                await asyncio.sleep(self._dice.uniform(*DOWN_SECONDS))
                await self._proxy.start()
                self.kills += 1
            await asyncio.sleep(self._dice.uniform(*LIFE_SECONDS))
            stop.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*posting)
                last = {room: await posters[0].post(room, may_abandon=False) for room in rooms}
                await asyncio.gather(*(reader.reach(last[reader.rooms[0]].id or 0) for reader in readers))
            connection = Connection(self._server.port)
            histories = {room: await read_history(connection, room) for room in rooms}
            connection.close()
            for reader in readers:
                reader.finish()
            if status := await self._server.terminate():
                self._found(f"SIGTERM ended the server with status {status}")
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*listening)
        finally:
            for task in listening + posting:
                task.cancel()
            await asyncio.gather(*listening, *posting, return_exceptions=True)
            for poster in posters:
                poster.close()
        posts = [post for poster in posters for post in poster.posts]
        self._merge(check(posts, histories, readers))
        for each in readers + posters:
            for complaint in each.complaints:
                self._found(complaint)
        self.acknowledged = sum(len(poster.acknowledged) for poster in posters)
        resumes = sum(reader.resumes for reader in readers)
        if self.acknowledged < 10 * self._plan.rounds or resumes < self._plan.rounds:
            self._found(f"only {self.acknowledged} posts were acknowledged and {resumes} streams resumed")
        self._notes.append(f"died {self.kills} times under {self.acknowledged} posts and {resumes} resumes")

    def _merge(self, verdict: Verdict) -> None:
        for kind, subjects in verdict.violations.items():
            for subject, whats in subjects.items():
                for what in whats:
                    self._verdict.add(kind, f"{self._kind.name} {subject}", what)

    def _new_dice(self) -> random.Random:
        return random.Random(self._dice.getrandbits(64))

    async def _post(self, connection: Connection, room: str, text: str) -> None:
        answer = await connection.request("POST", f"/rooms/{room}?user=ann", {"Content-Type": "text/plain"}, text.encode())
        if answer.status != 201:
            raise ValueError(f"a post was answered {answer}")

    async def _guests(self, room: str) -> list[str]:
        connection = Connection(self._server.port)
        guests = (await connection.request("GET", f"/rooms/{room}/members")).json()["guests"]
        connection.close()
        return guests
