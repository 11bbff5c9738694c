"""SIGTERM under load and a start, again and again: whoever was being served is answered, and told when to come back."""

import asyncio
import random
from collections import Counter
from pathlib import Path

from fault import Fault
from posters import Poster
from server import Server
from streams import RETRY_MILLISECONDS, Reader

# What an operator is promised.
STOP_SECONDS = 5
# In one round of so many the readers come back when they were told to, as an EventSource does; else at once, as if the
# moment between two lives were all that mattered.
AS_TOLD_EVERY = 6
LATE_SECONDS = 2.0
# The middle nine tenths of them come over so many seconds at least, and in no half second more than twice their share.
SPREAD_SECONDS = 2.0
CROWD_SECONDS = 0.5
CROWD_FACTOR = 2
FEWEST_RETURNS = 50


class Restart(Fault):
    name = "restart"

    def __init__(self, data: Path, scratch: Path, plan, dice: random.Random):
        self._rounds = 0
        self._longest = 0.0
        self._returns: list[float] = []
        self._findings: list[tuple[str, str, str]] = []

    def attend(self, posters: list[Poster], readers: list[Reader]) -> None:
        self._posters, self._readers = posters, readers

    async def strike(self, server: Server) -> str:
        self._rounds += 1
        is_as_told = self._rounds % AS_TOLD_EVERY == 2
        for reader in self._readers:
            reader.heeds_retry = is_as_told
        goodbyes = self._goodbyes
        status, seconds = await server.terminate_unannounced()
        self._longest = max(self._longest, seconds)
        if status != 0:
            self._found(f"SIGTERM ended it with status {status}")
        if seconds > STOP_SECONDS:
            self._found(f"it took {seconds:.1f} s to end")
        done = f"stopped in {seconds * 1000:.0f} ms, {self._goodbyes - goodbyes} streams were told"
        if not is_as_told:
            return done
        await server.start()
        await asyncio.sleep(RETRY_MILLISECONDS[-1] / 1000 + LATE_SECONDS)
        returns = sorted(seconds for reader in self._readers for seconds in reader.returns)
        for reader in self._readers:
            reader.heeds_retry = False
            reader.returns.clear()
        self._look_at(returns)
        return f"{done} and came back over {returns[-1] - returns[0] if returns else 0:.1f} s"

    @property
    def _goodbyes(self) -> int:
        return sum(reader.goodbyes for reader in self._readers)

    def _look_at(self, returns: list[float]) -> None:
        if len(returns) < min(FEWEST_RETURNS, len(self._readers)):
            self._found(f"only {len(returns)} streams came back")
            return
        self._returns += returns
        least, most = RETRY_MILLISECONDS[0] / 1000, RETRY_MILLISECONDS[-1] / 1000
        if len(returns) < FEWEST_RETURNS:
            return
        spread = returns[len(returns) * 95 // 100] - returns[len(returns) * 5 // 100]
        if spread < SPREAD_SECONDS:
            self._found(f"nine tenths of {len(returns)} streams came back within {spread:.2f} s")
        crowd = max(Counter(int(seconds / CROWD_SECONDS) for seconds in returns).values())
        if crowd > CROWD_FACTOR * len(returns) * CROWD_SECONDS / (most - least):
            self._found(f"{crowd} of {len(returns)} streams came back within half a second")

    async def reckon(self, server: Server, histories: dict) -> list[tuple[str, str, str]]:
        return self._findings + broken_promises(self._posters, self._readers)

    def _found(self, what: str, subject: str = "") -> None:
        self._findings.append(("other", subject or f"restart {self._rounds}", what))

    def missed(self) -> str:
        if not self._goodbyes:
            return "no stream was told goodbye"
        return "" if self._returns or self._rounds < 2 else "no stream came back as it was told to"

    def summary(self) -> str:
        refusals = sum((poster.refusals for poster in self._posters), Counter())
        refused = ", ".join(f"{count:,} × {what}" for what, count in refusals.most_common()) or "none"
        streams = sum(reader.unanswered for reader in self._readers)
        posts = sum(poster.turned_away for poster in self._posters)
        told = f", {self._returns and min(self._returns):.1f} to {max(self._returns):.1f} s" if self._returns else ""
        return (
            f"restarts: {self._goodbyes:,} goodbyes, {streams} streams and {posts} posts met a closing door; posts refused: {refused}; "
            f"it stopped within {self._longest:.2f} s; {len(self._returns)} streams came back as told{told} after their end"
        )


def broken_promises(posters: list[Poster], readers: list[Reader]) -> list[tuple[str, str, str]]:
    """Whom a server that was told to stop neither answered nor told."""
    unanswered = "its connection had been taken, and was closed without an answer"
    return [("other", key, unanswered) for poster in posters for key in poster.broken] + [
        ("other", reader.name, f"it was ended without a goodbye, {end}") for reader in readers for end in reader.cut_short
    ]
