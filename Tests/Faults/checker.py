"""The verdict: what was acknowledged, what was delivered and what the history holds, laid side by side."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from message import Message
from posters import Post
from streams import Gap

KINDS = ("lost", "duplicated", "out of order", "gaps", "other")


class StreamRecord(Protocol):
    """What a reader remembers; `start` is the position in its first welcome."""

    name: str
    rooms: list[str]
    start: int | None
    messages: list[Message]
    gaps: list[Gap]


@dataclass
class Verdict:
    """Violations by kind. The same message found lost in several places is one lost message."""

    violations: dict[str, dict[str, list[str]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def add(self, kind: str, subject: str, what: str) -> None:
        self.violations[kind].setdefault(subject, []).append(what)

    def count(self, kind: str) -> int:
        return len(self.violations[kind])

    @property
    def is_green(self) -> bool:
        return not any(self.violations.values())

    def lines(self, of_each_kind: int | None = None) -> list[str]:
        """One for each finding; with a limit, only the first of each kind."""
        lines = []
        for kind, subjects in self.violations.items():
            found = (f"{kind}: {subject}: {what}" for subject, whats in subjects.items() for what in whats)
            lines += islice(found, of_each_kind)
        return lines


def check(
    posts: list[Post], histories: dict[str, list[Message]], streams: list[StreamRecord], forgets: bool = False
) -> Verdict:
    """Where the server `forgets` (retention is on), the oldest of each room may be gone, and gaps tell of it."""
    verdict = Verdict()
    acknowledged = {(post.room, post.id): post.key for post in posts if post.answers}
    for room, history in histories.items():
        check_history(room, history, verdict, forgets)
    check_posts(posts, histories, verdict, forgets)
    if forgets:
        truth = by_room([[post.shown for post in posts if post.shown], histories_merged(histories)])
        for room, messages in truth.items():
            check_history(room, messages, verdict)
        for stream in streams:
            check_stream_with_gaps(stream, truth, histories, acknowledged, verdict)
        return verdict
    for stream in streams:
        check_stream(stream, histories, acknowledged, verdict)
    return verdict


def histories_merged(histories: dict[str, list[Message]]) -> list[Message]:
    return [message for history in histories.values() for message in history]


def by_room(several: Iterable[Iterable[Message]]) -> dict[str, list[Message]]:
    """All messages that any of them has, by their ids, in order."""
    messages = {message.id: message for each in several for message in each}
    rooms: dict[str, list[Message]] = defaultdict(list)
    for id in sorted(messages):
        rooms[messages[id].room].append(messages[id])
    return rooms


def oldest_kept(history: list[Message]) -> float:
    return history[0].id if history else float("inf")


def check_history(room: str, history: list[Message], verdict: Verdict, forgets: bool = False) -> None:
    """Ids rise, and each message names the one before it; the first that is kept, the last that is not."""
    for message, count in Counter(message.id for message in history).items():
        if count > 1:
            verdict.add("duplicated", f"{room} {message}", f"{count} times in the history")
    before = history[0].prev if history and forgets else 0
    for message in history:
        if message.room != room:
            verdict.add("other", f"{room} {message.id}", f"the history shows a message of another room: {message}")
        if message.id < before:
            verdict.add("out of order", f"{room} {message.id}", f"it comes after {before} in the history")
        if message.prev != before:
            verdict.add("gaps", f"{room} {message.id}", f"history: its prev is {message.prev}, before it stands {before}")
        before = message.id


def check_posts(
    posts: list[Post], histories: dict[str, list[Message]], verdict: Verdict, forgets: bool = False
) -> None:
    """Acknowledged: there once, as acknowledged. Not acknowledged: there once or not at all. Nothing else is there."""
    found: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for room, history in histories.items():
        for message in history:
            found[room, message.text].append(message)
    for post in posts:
        messages = found.pop((post.room, post.text), [])
        ids = {message.id for message in messages}
        is_forgotten = forgets and post.answers and post.id < oldest_kept(histories.get(post.room, []))
        if post.answers and not messages and not is_forgotten:
            verdict.add("lost", post.key, f"acknowledged as {post.id} in {post.room}, not in the history")
        if post.answers and messages and post.id not in ids:
            verdict.add("other", post.key, f"acknowledged as {post.id}, in the history as {sorted(ids)}")
        if len(ids) > 1:
            verdict.add("duplicated", post.key, f"in the history as {sorted(ids)}")
        check_answers(post, verdict)
    for (room, text), messages in found.items():
        for message in messages:
            verdict.add("other", f"{room} {message.id}", f"nobody posted {text[:80]!r}")


def check_answers(post: Post, verdict: Verdict) -> None:
    """One key, one id; 201 for the first success at most."""
    ids = {id for _, id in post.answers}
    if len(ids) > 1:
        verdict.add("duplicated", post.key, f"its key was acknowledged as {sorted(ids)}")
    for status, id in post.answers[1:]:
        if status != 200:
            verdict.add("duplicated", post.key, f"a repeat of an acknowledged key was answered {status} (id {id})")


def check_stream(
    stream: StreamRecord,
    histories: dict[str, list[Message]],
    acknowledged: dict[tuple[str, int], str],
    verdict: Verdict,
) -> None:
    """From its start on it carried the history of its rooms: all of it, each once, in the log's order, the same."""
    for gap in stream.gaps:
        verdict.add("gaps", f"{stream.name} {gap}", "a gap was announced")
    if stream.start is None:
        verdict.add("other", stream.name, "it never began")
        return
    check_chain(stream, histories, verdict)
    histories_merged = (message for room in stream.rooms for message in histories.get(room, []))
    expected = sorted({message.id: message for message in histories_merged if message.id > stream.start}.values())
    if stream.messages == expected:
        return
    by_id = {message.id: message for message in expected}
    seen: set[int] = set()
    last = stream.start
    for message in stream.messages:
        subject = f"{stream.name} {message.id}"
        if message.id in seen:
            key = acknowledged.get((message.room, message.id), subject)
            verdict.add("duplicated", key, f"again on {stream.name}: {message}")
        elif message.id < last:
            verdict.add("out of order", subject, f"{message} came after {last}")
        seen.add(message.id)
        last = max(last, message.id)
        shown = by_id.get(message.id)
        if shown is None:
            verdict.add("other", subject, f"delivered, and not in the history: {message}")
        elif shown != message:
            verdict.add("other", subject, f"delivered as {message.whole}, in the history {shown.whole}")
    for message in expected:
        if message.id not in seen:
            key = acknowledged.get((message.room, message.id))
            if key:
                verdict.add("lost", key, f"acknowledged as {message.id}, never came on {stream.name}")
            else:
                verdict.add("gaps", f"{stream.name} {message.id}", f"never came: {message}")


def check_stream_with_gaps(
    stream: StreamRecord,
    truth: dict[str, list[Message]],
    histories: dict[str, list[Message]],
    acknowledged: dict[tuple[str, int], str],
    verdict: Verdict,
) -> None:
    """From its start on it carried all there ever was in its rooms, in order and each once, but for what a gap told of; and
    a gap told only of what is gone."""
    if stream.start is None:
        verdict.add("other", stream.name, "it never began")
        return
    expected = {room: [m for m in truth.get(room, []) if m.id > stream.start] for room in stream.rooms}
    reached = dict.fromkeys(stream.rooms, 0)
    gaps = sorted(stream.gaps, key=lambda gap: gap.after)

    def pass_over(room: str, id: float, gap: Gap | None) -> None:
        """Whatever is below that id and has not come never will."""
        while reached[room] < len(expected[room]) and (message := expected[room][reached[room]]).id < id:
            reached[room] += 1
            if gap and message.id < oldest_kept(histories.get(room, [])):
                continue
            key = acknowledged.get((room, message.id), f"{stream.name} {message.id}")
            why = f"skipped by {gap}, and yet it is kept" if gap else "no gap tells of it"
            verdict.add("lost", key, f"acknowledged as {message.id}, never came on {stream.name}: {why}")

    def take_gap(gap: Gap) -> None:
        subject = f"{stream.name} {gap}"
        if gap.room not in expected:
            verdict.add("other", subject, "a gap in a room that it did not ask for")
            return
        if gap.reason != "expired" or gap.oldest is None:
            verdict.add("gaps", subject, "of all that was there only the oldest was removed")
            return
        if not any(gap.position < message.id < gap.oldest for message in truth.get(gap.room, [])):
            verdict.add("gaps", subject, "nothing is between the position and the oldest that is kept")
        if not gap.position <= gap.id < gap.oldest:
            verdict.add("gaps", subject, "its own position is not before what follows")
        pass_over(gap.room, gap.oldest, gap)

    last = stream.start
    for number, message in enumerate(stream.messages):
        while gaps and gaps[0].after <= number:
            take_gap(gaps.pop(0))
        subject = f"{stream.name} {message.id}"
        room = message.room
        if room not in expected:
            verdict.add("other", subject, f"a message of a room it did not ask for: {message}")
            continue
        if message.id <= last:
            kind = "duplicated" if any(message.id == m.id for m in stream.messages[:number]) else "out of order"
            verdict.add(kind, subject, f"{message} came after {last}")
            continue
        last = message.id
        pass_over(room, message.id, None)
        shown = expected[room][reached[room]] if reached[room] < len(expected[room]) else None
        if shown == message:
            reached[room] += 1
        elif shown is None or shown.id != message.id:
            verdict.add("other", subject, f"delivered, and nobody was told of it: {message}")
        else:
            reached[room] += 1
            verdict.add("other", subject, f"delivered as {message.whole}, acknowledged as {shown.whole}")
    for gap in gaps:
        take_gap(gap)
    for room in stream.rooms:
        pass_over(room, float("inf"), None)


def check_chain(stream: StreamRecord, histories: dict[str, list[Message]], verdict: Verdict) -> None:
    """Each message's prev is the one that this stream carried before it in the room: the proof that readers are promised."""
    before = {
        room: max((message.id for message in histories.get(room, []) if message.id <= stream.start), default=0)
        for room in stream.rooms
    }
    for message in stream.messages:
        if message.room not in before:
            verdict.add("other", f"{stream.name} {message.id}", f"a message of a room it did not ask for: {message}")
        elif message.prev != before[message.room]:
            what = f"its prev is {message.prev}, the one before it was {before[message.room]}"
            verdict.add("gaps", f"{stream.name} {message.id}", what)
        before[message.room] = message.id
