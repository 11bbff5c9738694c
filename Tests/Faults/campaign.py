"""A campaign: load, a fault at a random instant, the server's return, again and again; then the reckoning."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from checker import Verdict, check
from connection import Connection, Interrupted, Unanswered
from databases import damage
from event_stream import EventParser
from evidence import Evidence
from faults import FAULTS
from history import NoHistory, read_history
from message import Message
from posters import Poster, Post
from result import Result
from server import DidNotStart, Server
from streams import RESUMING, Reader

# A fault comes so long after the ready line: early enough to hit streams that are still catching up.
STRIKE_SECONDS = (0.05, 0.6)
# Before it, readers that waited for the rush come back all at once.
RUSH_SECONDS = (0, 0.03)
PATIENCE_SECONDS = 60
# Streams whose cursors a lying disk made void may never come to an end.
PATIENCE_SECONDS_SABOTAGED = 15
# What a merged stream listens to, if there are so many.
MERGED_ROOMS = 12
# Of the acknowledged posts, so many are posted once more under their keys after the last round.
REPEATED_AT_THE_END = 300


@dataclass
class Plan:
    executable: Path
    fault: str
    rounds: int
    posters: int
    streams: int
    rooms: int
    merged: int
    everything: int
    retain_messages: int
    sabotage: str
    seed: int


class Campaign:
    def __init__(self, plan: Plan, evidence: Evidence):
        self.plan = plan
        self.result = Result()
        self._evidence = evidence
        self._dice = random.Random(plan.seed)
        self._fault = FAULTS[plan.fault](evidence.data, evidence.folder, plan, self._new_dice())
        self._server = self._fault.server(plan, evidence)
        self._patience = PATIENCE_SECONDS_SABOTAGED if plan.sabotage else PATIENCE_SECONDS
        self._rush = asyncio.Event()
        rooms = room_names(plan.rooms)
        parser = EventParser()
        self._rooms = rooms
        load = self._fault.load
        self._posters = [
            Poster(n, self._place(), rooms, self._new_dice(), load, forgets=plan.retain_messages > 0)
            for n in range(plan.posters)
        ]
        self._readers = [
            Reader(
                n,
                self._rooms_of_stream(n),
                self._place(),
                parser,
                self._rush,
                self._new_dice(),
                load,
                hears_all=n < plan.everything,
            )
            for n in range(plan.streams)
        ]
        self._fault.attend(self._posters, self._readers)
        self._troubles: list[tuple[str, str]] = []
        self._findings: list[tuple[str, str, str]] = []
        self._histories: dict[str, list[Message]] = {}
        self._caught_midway: Counter[str] = Counter()

    async def run(self) -> Result:
        listening: list[asyncio.Task] = []
        posting: list[asyncio.Task] = []
        try:
            await self._fault.prepare(self._server)
            await self._fault.revive(self._server)
            listening = [asyncio.create_task(reader.run()) for reader in self._readers]
            await self._finish([asyncio.create_task(reader.begin()) for reader in self._readers], "opening the streams")
            stop = asyncio.Event()
            posting = [asyncio.create_task(poster.run(stop)) for poster in self._posters]
            await self._rounds()
            stop.set()
            await self._finish(posting, "acknowledging what was in flight")
            await self._reach_the_end()
            await self._repeat_some()
            await self._read_histories()
            self._findings = await self._fault.reckon(self._server, self._histories)
            await self._shut_down(listening)
        except DidNotStart as failure:
            self._trouble("server", f"{failure}; it said: {self._server.last_words()}")
        except (NoHistory, Interrupted, Unanswered, TimeoutError) as failure:
            self._trouble("campaign", f"{type(failure).__name__}: {failure}")
        finally:
            for task in listening + posting:
                task.cancel()
            await asyncio.gather(*listening, *posting, return_exceptions=True)
            for poster in self._everybody:
                poster.close()
            await self._server.close()
        return self._reckon()

    # The load and the faults

    async def _rounds(self) -> None:
        began = time.monotonic()
        for number in range(1, self.plan.rounds + 1):
            ready = time.monotonic()
            after = self._dice.uniform(*STRIKE_SECONDS)
            acknowledged = self._acknowledged
            notice = min(after, self._dice.uniform(*RUSH_SECONDS))
            await asyncio.sleep(after - notice)
            self._rush.set()
            await asyncio.sleep(notice)
            self._rush.clear()
            await self._fault.moment(self._server)
            after = time.monotonic() - ready
            in_flight = sum(poster.in_flight for poster in self._posters)
            states = Counter(reader.state for reader in self._readers)
            resuming = sum(states[state] for state in RESUMING)
            self._caught_midway += Counter(posts=in_flight, streams=resuming)
            struck = await self._fault.strike(self._server)
            if number == self.plan.rounds:
                self._fault.relent()
            await self._fault.revive(self._server)
            self.result.survived += 1
            print(
                f"round {number:3}/{self.plan.rounds}  {after * 1000:3.0f} ms after ready {struck}, "
                f"ready again in {self._server.ready_seconds * 1000:.0f} ms; "
                f"acknowledged {self._acknowledged:,} (+{self._acknowledged - acknowledged:,}), {in_flight} in flight; "
                f"streams {states['live']} live, {resuming} resuming, {states['away']} away",
                flush=True,
            )
        self.result.load_seconds = time.monotonic() - began

    @property
    def _acknowledged(self) -> int:
        return sum(len(poster.acknowledged) for poster in self._posters)

    @property
    def _everybody(self) -> list[Poster]:
        return self._posters + self._fault.witnesses

    @property
    def _posts(self) -> list[Post]:
        return [post for poster in self._everybody for post in poster.posts]

    # The reckoning

    async def _finish(self, tasks: list[asyncio.Task], what: str) -> None:
        """Waits for all; what is late is given up, noted, and no reason not to look at the rest."""
        done, late = await asyncio.wait(tasks, timeout=self._patience)
        for task in late:
            task.cancel()
        if late:
            self._trouble("campaign", f"{what}: {len(late)} of {len(tasks)} were not done in {self._patience} s")
        for task in done:
            task.result()

    async def _reach_the_end(self) -> None:
        """A last post in each room; every stream must come to it."""
        async with asyncio.timeout(self._patience):
            last = {room: await self._posters[0].post(room, may_abandon=False) for room in self._rooms}
        ends = {reader: max(last[room].id or 0 for room in reader.rooms) for reader in self._readers}
        arrivals = [asyncio.create_task(reader.reach(end)) for reader, end in ends.items()]
        await self._finish(arrivals, "coming to the end on each stream")

    async def _repeat_some(self) -> None:
        # A log that cannot be written any more would be asked for ever.
        async with asyncio.timeout(self._patience):
            for poster in self._posters:
                share = max(1, REPEATED_AT_THE_END // len(self._posters))
                for post in self._dice.sample(poster.acknowledged, min(share, len(poster.acknowledged))):
                    await poster.deliver(post)

    async def _read_histories(self) -> None:
        connection = Connection(self._server.port)
        for room in self._rooms:
            self._histories[room] = await read_history(connection, room)
        connection.close()

    async def _shut_down(self, listening: list[asyncio.Task]) -> None:
        for reader in self._readers:
            reader.finish()
        status = await self._server.terminate()
        if status != 0:
            self._trouble("shutdown", f"SIGTERM ended it with status {status}")
        await self._finish(listening, "ending the streams at shutdown")
        for finding in damage(self._evidence.data):
            self._trouble("database", finding)

    def _reckon(self) -> Result:
        result, posts = self.result, self._posts
        # Without a history everything would be lost; then the troubles say why there is no answer.
        result.verdict = Verdict()
        if self._histories:
            result.verdict = check(posts, self._histories, self._readers, forgets=self.plan.retain_messages > 0)
        for finding in self._findings:
            result.verdict.add(*finding)
        for reader in self._readers:
            self._troubles += [(reader.name, complaint) for complaint in reader.complaints]
        for poster in self._everybody:
            self._troubles += [("posters", complaint) for complaint in poster.complaints]
        self._troubles += [("crash", crash) for crash in self._server.crashes]
        epochs = set().union(*(reader.epochs for reader in self._readers))
        if len(epochs) > 1:
            self._trouble("epoch", f"the log had several: {sorted(epochs)}")
        result.acknowledged = self._acknowledged
        result.delivered = sum(len(reader.messages) for reader in self._readers)
        if result.survived == self.plan.rounds:
            self._require_load()
        for subject, what in self._troubles:
            result.verdict.add("other", subject, what)
        result.remarks = self._remarks()
        self._evidence.write(self.plan, posts, self._histories, self._readers, result.verdict)
        return result

    def _require_load(self) -> None:
        """A campaign in which next to nothing happened proves nothing, and must not look green."""
        if self.result.acknowledged < 3 * self.plan.rounds:
            self._trouble("load", f"only {self.result.acknowledged} posts were acknowledged")
        if not self._caught_midway["posts"] and self.plan.fault != "backup":
            self._trouble("load", "no fault hit a post in flight")
        if missed := self._fault.missed():
            self._trouble("fault", missed)

    def _trouble(self, subject: str, what: str) -> None:
        self._troubles.append((subject, what))

    def _remarks(self) -> list[str]:
        posts, seconds = self._posts, max(self.result.load_seconds, 0.001)
        abandoned = [post for post in posts if not post.answers]
        texts = {(room, message.text) for room, history in self._histories.items() for message in history}
        there = sum((post.room, post.text) in texts for post in abandoned)
        repeats = sum(len(post.answers) - 1 for post in posts if post.answers)
        resumes, replayed = sum(r.resumes for r in self._readers), sum(r.replayed for r in self._readers)
        return [
            f"load: {self.result.acknowledged / seconds:,.0f} posts and {self.result.delivered / seconds:,.0f} "
            f"deliveries a second, faults included",
            f"posts: {self._caught_midway['posts']} in flight when a fault came; {len(abandoned)} never acknowledged, "
            f"{there} of them there; {repeats:,} repeats of acknowledged keys",
            f"streams: {self.result.delivered:,} deliveries; {resumes:,} resumes, {replayed:,} events replayed; "
            f"{self._caught_midway['streams']} opening or catching up when a fault came",
            *filter(None, [self._fault.summary()]),
        ]

    def _place(self) -> Server:
        return self._fault.place(self._server, self._new_dice())

    def _new_dice(self) -> random.Random:
        return random.Random(self._dice.getrandbits(64))

    def _rooms_of_stream(self, number: int) -> list[str]:
        """All; several, the first among them, which is where a fault has its favourites; or one."""
        if number < self.plan.everything:
            return self._rooms
        if number < self.plan.everything + self.plan.merged:
            count = min(MERGED_ROOMS, len(self._rooms))
            return [self._rooms[0], *self._dice.sample(self._rooms[1:], count - 1)]
        return [self._rooms[number % len(self._rooms)]]


def room_names(count: int) -> list[str]:
    return (["lobby", "大厅"] + [f"room-{number}" for number in range(2, count)])[:count]
