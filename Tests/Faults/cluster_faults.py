"""The faults of a cluster: what happens to some of its six processes, or between them, while clients are at all nodes."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from agreement import Agreement, Finding, differences
from cluster import NODES, Cluster
from connection import Connection
from cut import Cut
from fault import Fault
from history import read_history
from load import Load
from node import STREAM, Node
from place import Place
from posters import Poster
from restart import broken_promises
from server import DidNotStart
from streams import Reader

# From so many rounds on, a fault lasts as long as it would outside of a test.
LONG_ROUNDS = 10
# Share of times that a client goes to another node although its own is there, or instead of waiting for it.
MOVES = 0.2
ROAMING = 0.9
# How long a node is away that was killed.
DOWN_SECONDS = (0.0, 0.5)
# Longer than posts wait for NATS, so that some are refused.
QUORUM_SECONDS = {"short": (3, 4), "long": (5, 12)}
CUT_SECONDS = {"short": 8, "long": 30}
# Within which a node that is cut off must say so.
UNREADY_SECONDS = {"short": 8, "long": 15}
# By which a node's clock is set, for how long it goes on so, and how long it may take to end.
HOUR_SECONDS = 3600
SHIFTED_SECONDS = (1, 3)
STOP_SECONDS = 12
# Until every node has taken a post again.
PATIENCE_SECONDS = 60


class ClusterFault(Fault):
    """Gives all back alive: `revive` waits until all is well, and looks whether all nodes show the same."""

    # Whoever is away comes back by itself: no node need die in a round.
    load = Load(late_share=0.4, absent_share=0, rush_share=0.2)
    moves = MOVES
    has_ways = False
    has_clocks = False

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._dice = dice
        self._form = "long" if plan.rounds >= LONG_ROUNDS else "short"
        self._findings: list[Finding] = []
        # A poster that stays, at each node.
        self._witnesses: list[Poster] = []
        self._slowest = 0.0

    def server(self, plan, evidence) -> Cluster:
        self._cluster = Cluster(plan.executable, evidence.data, evidence.folder, self.has_ways, self.has_clocks)
        return self._cluster

    def place(self, server: Cluster, dice: random.Random) -> Place:
        return server.place(lambda: self.moves, dice)

    @property
    def witnesses(self) -> list[Poster]:
        return self._witnesses

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        self._posters, self._readers = posters, readers
        self._rooms = sorted({room for reader in readers for room in reader.rooms})
        self._agreement = Agreement(self._rooms)

    async def revive(self, server: Cluster) -> None:
        await server.start()
        began = time.monotonic()
        await self._all_is_well(server)
        self._findings += await self._agreement.look(server.nodes, self._posters + self._witnesses)
        server.ready_seconds = time.monotonic() - began
        self._slowest = max(self._slowest, server.ready_seconds)

    async def _all_is_well(self, server: Cluster) -> None:
        """/readyz says what was lately; a post that each node acknowledges proves that it is so again."""
        await server.ready()
        for node in server.nodes[len(self._witnesses) :]:
            number = f"at-{node.name}"
            self._witnesses.append(Poster(number, node, self._rooms, self._dice, Load(abandoned_share=0)))
        posts = [witness.post(self._rooms[0], may_abandon=False) for witness in self._witnesses]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.gather(*posts)
        except TimeoutError:
            raise DidNotStart(f"not all nodes took a post in {PATIENCE_SECONDS} s") from None
        server.allow_refusals(False)

    def relent(self) -> None:
        # Who looks at everything stays where it is.
        self.moves = min(self.moves, MOVES)

    async def reckon(self, server: Cluster, histories: dict) -> list[Finding]:
        """The checker has looked at the first node's history; the others must show the same from the first message on."""
        for node in server.nodes[1:]:
            connection = Connection(node.port)
            for room, history in histories.items():
                self._findings += differences(history, await read_history(connection, room), f"{node.name} {room}")
            connection.close()
        return self._findings

    @property
    def _refused(self) -> Counter[str]:
        return sum((poster.refusals for poster in self._posters + self._witnesses), Counter())

    def missed(self) -> str:
        return "" if self._agreement.looks else "the nodes were never compared"

    def summary(self) -> str:
        refused = ", ".join(f"{count:,} × {what}" for what, count in self._refused.most_common()) or "none"
        moved = sum(place.moved for place in self._cluster.places)
        sent_back = sum(reader.sent_back for reader in self._readers)
        return (
            f"cluster: compared {self._agreement.looks} times, {self._agreement.compared:,} messages; clients moved {moved:,} "
            f"times, {sent_back} streams came with a cursor ahead of the node; posts refused: {refused}; all well again after "
            f"{self._slowest:.1f} s at most"
        )

    def _found(self, subject: str, what: str) -> None:
        self._findings.append(("other", subject, what))


class ClusterNode(ClusterFault):
    """A Roomcast node is killed; no other may refuse a post."""

    name = "cluster-node"

    async def strike(self, server: Cluster) -> str:
        node = self._dice.choice(server.nodes)
        await node.kill()
        await asyncio.sleep(self._dice.uniform(*DOWN_SECONDS))
        await node.start()
        return f"{node.name} killed"


class ClusterLeader(ClusterFault):
    """The NATS server that leads the stream is killed, and comes back when another one leads.

    Not while another is still coming back: nats-server 2.9.10 calls that one current too early, and has been seen to make it the leader
    over entries that it never had, acknowledged ones."""

    name = "cluster-leader"

    async def strike(self, server: Cluster) -> str:
        leader = await asyncio.to_thread(server.nats.await_settled_leader_of, STREAM)
        server.allow_refusals(True)
        leader.kill()
        began = time.monotonic()
        successor = await asyncio.to_thread(server.nats.await_leader_of, STREAM, other_than=leader)
        leader.start()
        return f"{leader.name} killed, {successor.name} leads {time.monotonic() - began:.1f} s later"


class ClusterQuorum(ClusterFault):
    """Two NATS servers are killed: nothing can be acknowledged until they are back."""

    name = "cluster-quorum"

    async def strike(self, server: Cluster) -> str:
        server.allow_refusals(True)
        killed = self._dice.sample(server.nats.servers, 2)
        for each in killed:
            each.kill()
        seconds = self._dice.uniform(*QUORUM_SECONDS[self._form])
        await asyncio.sleep(seconds)
        server.nats.launch()
        return f"{' and '.join(each.name for each in killed)} killed for {seconds:.1f} s"

    def missed(self) -> str:
        return super().missed() or ("" if self._refused else "no post was refused while NATS had no quorum")


class ClusterCut(ClusterFault):
    """A node is cut off from NATS: it says so, refuses posts, and shows what it has; the others must not notice."""

    name = "cluster-cut"
    has_ways = True

    async def strike(self, server: Cluster) -> str:
        node = self._dice.choice(server.nodes)
        node.may_refuse = True
        node.cut_off()
        ends = time.monotonic() + CUT_SECONDS[self._form]
        if said := await node.says(is_ready=False, within=UNREADY_SECONDS[self._form]):
            self._found(node.name, f"cut off from NATS for {UNREADY_SECONDS[self._form]} s, /readyz still said {said}")
        await self._shows_what_it_has(node)
        await asyncio.sleep(max(0, ends - time.monotonic()))
        is_broken_off = self._dice.random() < 0.5
        node.rejoin(is_broken_off)
        how = "its connections reset" if is_broken_off else "what was held back passed on"
        return f"{node.name} cut off for {CUT_SECONDS[self._form]} s, then {how}"

    async def _shows_what_it_has(self, node: Node) -> None:
        connection = Connection(node.port)
        for path in ("/rooms/lobby/messages?limit=1", "/rooms", "/healthz"):
            answer = await connection.request("GET", path)
            if answer.status != 200:
                self._found(node.name, f"cut off from NATS, it answered {path} with {answer}")
        connection.close()

    def missed(self) -> str:
        return super().missed() or ("" if self._refused else "no post was refused by a node that was cut off")


class ClusterRoam(ClusterFault):
    """All streams are cut, many within an event, and resume at another node; posts are repeated at another one."""

    name = "cluster-roam"
    # Of large events, so that a cut comes within one.
    load = replace(ClusterFault.load, favourite_share=0.4, heavy_filler=Cut.load.heavy_filler, heavy_share=0.6)
    moves = ROAMING

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        super().__init__(data, scratch, plan, dice)
        self._cut = Cut(data, scratch, plan, dice)

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        super().attend(posters, readers)
        self._cut.attend(posters, readers)

    async def strike(self, server: Cluster) -> str:
        return await self._cut.strike(server)

    def missed(self) -> str:
        if not self._cut.within:
            return "no stream was cut within an event"
        return super().missed() or ("" if all(reader.resumes for reader in self._readers) else "a stream never resumed")


class ClusterJoin(ClusterFault):
    """A fourth node comes with an empty folder; in later rounds one of the four loses its own, and must make it anew."""

    name = "cluster-join"

    async def strike(self, server: Cluster) -> str:
        began = time.monotonic()
        if len(server.nodes) == NODES:
            node = await server.join()
            await node.ready()
            return f"{node.name} joined, ready {time.monotonic() - began:.1f} s later"
        node = self._dice.choice(server.nodes)
        await node.kill()
        node.forget()
        await node.start()
        await node.ready()
        return f"{node.name} lost its folder, ready {time.monotonic() - began:.1f} s later"


class ClusterRolling(ClusterFault):
    """SIGTERM to all six, one after the other, each waited for: who was being served is answered, and told when to come back."""

    name = "cluster-rolling"

    async def strike(self, server: Cluster) -> str:
        began = time.monotonic()
        server.allow_refusals(True)
        for each in server.nats.servers:
            await asyncio.to_thread(each.terminate)
            each.start()
            await asyncio.to_thread(server.nats.await_ready)
        await self._all_is_well(server)
        half = time.monotonic()
        for node in server.nodes:
            status, _ = await node.terminate_unannounced()
            if status != 0:
                self._found(node.name, f"SIGTERM ended it with status {status}")
            await node.start()
            await node.ready()
        return f"NATS restarted in {half - began:.1f} s, the nodes in {time.monotonic() - half:.1f} s"

    async def reckon(self, server: Cluster, histories: dict) -> list[Finding]:
        return await super().reckon(server, histories) + broken_promises(self._posters, self._readers)


class ClusterClock(ClusterFault):
    """A node's clock is set, so that the NATS library, which waits by it, would wait for an hour: the node serves on, refuses nothing, and
    ends when it is told to."""

    name = "cluster-clock"
    has_clocks = True

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        super().__init__(data, scratch, plan, dice)
        self._longest = 0.0

    async def strike(self, server: Cluster) -> str:
        node = self._dice.choice(server.nodes)
        node.set_clock(HOUR_SECONDS)
        # How long it goes on by that clock; nothing tells that the library has begun a wait by it.
        await asyncio.sleep(self._dice.uniform(*SHIFTED_SECONDS))
        # It refuses posts while it ends, and those that it had are the other nodes'.
        node.may_refuse = True
        status, seconds = await node.terminate_unannounced()
        self._longest = max(self._longest, seconds)
        if status != 0 or seconds > STOP_SECONDS:
            self._found(node.name, f"SIGTERM ended it after {seconds:.1f} s, with status {status}")
        node.set_clock(0)
        await node.start()
        return f"the clock of {node.name} set by an hour; SIGTERM ended it in {seconds:.1f} s"

    async def reckon(self, server: Cluster, histories: dict) -> list[Finding]:
        """Nobody posts any more: whoever waits for a message when the nodes are ended does so for as long as it was told to."""
        findings = await super().reckon(server, histories)
        for node in server.nodes:
            node.set_clock(HOUR_SECONDS)
        # A node waits for a tenth of a second at a time, so by then each wait has been begun by that clock; nothing tells of it.
        await asyncio.sleep(SHIFTED_SECONDS[1])
        return findings

    def summary(self) -> str:
        return f"{super().summary()}; SIGTERM took {self._longest:.1f} s at most"


CLUSTER_FAULTS = (ClusterNode, ClusterLeader, ClusterQuorum, ClusterCut, ClusterRoam, ClusterJoin, ClusterRolling, ClusterClock)
