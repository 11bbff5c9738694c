"""The faults: what happens to a server at a random instant. A new one is a class here, named in `FAULTS`."""

import random
import signal
from collections import Counter
from pathlib import Path

from backups import Backup
from clock import Clock
from cluster_faults import CLUSTER_FAULTS
from cut import Cut
from disk import Disk, Loss
from disk_full import DiskFull
from fault import Fault
from restart import Restart
from server import DidNotStart, Server

SYNC_DELAYS_MICROSECONDS = (0, 1_000, 5_000)
RELAPSE_AGAIN = 0.6
RELAPSE_OPERATIONS = 30
# Until enough has been posted for a checkpoint.
CHECKPOINT_SECONDS = 60
CHECKPOINT_OPERATIONS = 2_000
DATABASE = "roomcast.sqlite"
# Making a log takes fewer writes, syncs and names.
FOUNDING_OPERATIONS = 500


class Kill9(Fault):
    """The process is gone between two instructions; what it wrote is still in the page cache."""

    name = "kill9"

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        pass

    async def strike(self, server: Server) -> str:
        await server.kill()
        return "killed"


class PowerLoss(Fault):
    """The process is gone, and so may be each of its writes that was not synced."""

    name = "powerloss"

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._disk = Disk(data, scratch)
        self._sabotage = plan.sabotage
        self._dice = dice
        self._unsynced = self._taken_back = self._syncs = self._swallowed = 0
        self._hit: Counter[str] = Counter()

    def environment(self) -> dict[str, str]:
        # A new disk for each life: the slow ones are often caught between a write and its sync.
        self._disk.sync_delay_microseconds = self._dice.choice(SYNC_DELAYS_MICROSECONDS)
        return self._disk.environment()

    async def prepare(self, server: Server) -> None:
        # A disk that lies from the first byte loses the log itself; that it loses acknowledged messages is the point.
        if self._sabotage:
            await server.start()
            await server.terminate()
            self._disk.forget()
            self._disk.sabotage = self._sabotage

    async def strike(self, server: Server) -> str:
        await server.kill()
        loss = self._lose()
        server.note(f"power lost: {loss}")
        return f"power lost, {loss.writes} of {loss.unsynced_writes} unsynced writes taken back"

    def missed(self) -> str:
        return "" if self._unsynced else "power never went while a write was not synced"

    def summary(self) -> str:
        files = ", ".join(f"{name} {times} times" for name, times in self._hit.most_common())
        lies = f", {self._swallowed:,} syncs swallowed" if self._swallowed else ""
        return (
            f"disk: {self._syncs:,} syncs{lies}; {self._unsynced:,} writes not synced when power went, "
            f"{self._taken_back:,} of them taken back ({files})"
        )

    def _lose(self) -> Loss:
        counters = self._disk.counters()
        # A sabotaged disk goes back to before its first lie, whole: what is wanted is lost messages, not a torn database.
        loss = self._disk.lose_power(self._dice, ("lost",) if self._disk.sabotage else ("lost", "kept", "torn"))
        self._hit.update(loss.style.keys())
        self._unsynced += loss.unsynced_writes
        self._taken_back += loss.writes
        self._syncs += counters["syncs"]
        self._swallowed += counters["swallowed_syncs"]
        return loss


class Relapse(PowerLoss):
    """Power goes, and goes again while the server is coming back; at first, while it makes its log.

    The random instants of the other faults come after the ready line; these come before it.
    """

    name = "relapse"
    _foundings = 0

    async def prepare(self, server: Server) -> None:
        """Power goes before the first operation of making the log, before the second, and so on until it is made.

        Each time from an empty folder, and each time the next start must succeed.
        """
        for operation in range(1, FOUNDING_OPERATIONS + 1):
            self._disk.wipe()
            if await self._comes_back(server, dies_before=operation):
                await server.kill()
                break
            await server.start()
            await server.kill()
            self._foundings = operation
        self._disk.wipe()

    async def strike(self, server: Server) -> str:
        struck = await super().strike(server)
        relapses = 0
        while self._dice.random() < RELAPSE_AGAIN:
            if await self._comes_back(server, dies_before=self._dice.randint(1, RELAPSE_OPERATIONS)):
                await server.kill()
                self._lose()
            relapses += 1
        return f"{struck}, and again {relapses} times before it was ready"

    def summary(self) -> str:
        return f"{super().summary()}; before that, before each of {self._foundings} operations of making the log"

    async def _comes_back(self, server: Server, dies_before: int) -> bool:
        self._disk.die_before_operation = dies_before
        try:
            await server.start()
            return True
        except DidNotStart as death:
            if death.status != -signal.SIGKILL:
                raise
            self._lose()
            return False
        finally:
            self._disk.die_before_operation = 0


class Checkpoint(PowerLoss):
    """Power goes while SQLite copies its log file into the database.

    That happens too seldom, and is over too soon, for random instants to hit it; so the shim counts the operations on
    the database file, which after the log has been made only a checkpoint writes to.
    """

    name = "checkpoint"
    _is_over = False

    async def prepare(self, server: Server) -> None:
        await server.start()
        await server.terminate()
        self._disk.forget()
        self._disk.die_at_file = DATABASE
        server.is_doomed = True

    def environment(self) -> dict[str, str]:
        # Evenly over the orders of magnitude: the first operations matter as much as all the later ones.
        operation = int(CHECKPOINT_OPERATIONS ** self._dice.random())
        is_spared = self._is_over or not self._disk.die_at_file
        self._disk.die_before_operation = 0 if is_spared else operation
        return super().environment()

    async def moment(self, server: Server) -> None:
        await server.goes_down(within=CHECKPOINT_SECONDS)

    async def strike(self, server: Server) -> str:
        operation = self._disk.die_before_operation
        return f"{await super().strike(server)}, before operation {operation} on the database"

    async def revive(self, server: Server) -> None:
        # The start itself may be hit as well, as where a log file that grew large over such lives is copied then.
        while True:
            try:
                return await server.start()
            except DidNotStart as death:
                if death.status != -signal.SIGKILL:
                    raise
                self._lose()

    def relent(self) -> None:
        self._is_over = True

    def missed(self) -> str:
        return "" if self._hit[DATABASE] else f"no checkpoint was hit: {DATABASE} had no unsynced writes"


SINGLE = (Kill9, PowerLoss, Relapse, Checkpoint, Cut, Backup, Restart, DiskFull, Clock)
FAULTS = {fault.name: fault for fault in (*SINGLE, *CLUSTER_FAULTS)}
