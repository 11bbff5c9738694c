"""The verdict: what was acknowledged, what was delivered and what the history holds, laid side by side."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from message import Message
from posters import Post

KINDS = ("lost", "duplicated", "out of order", "gaps", "other")


class StreamRecord(Protocol):
    """What a reader remembers; `start` is the position in its first welcome."""

    name: str
    rooms: list[str]
    start: int | None
    messages: list[Message]
    gaps: list[str]


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


def check(posts: list[Post], histories: dict[str, list[Message]], streams: list[StreamRecord]) -> Verdict:
    verdict = Verdict()
    acknowledged = {(post.room, post.id): post.key for post in posts if post.answers}
    for room, history in histories.items():
        check_history(room, history, verdict)
    check_posts(posts, histories, verdict)
    for stream in streams:
        check_stream(stream, histories, acknowledged, verdict)
    return verdict


def check_history(room: str, history: list[Message], verdict: Verdict) -> None:
    """Ids rise, and each message names the one before it."""
    for message, count in Counter(message.id for message in history).items():
        if count > 1:
            verdict.add("duplicated", f"{room} {message}", f"{count} times in the history")
    before = 0
    for message in history:
        if message.room != room:
            verdict.add("other", f"{room} {message.id}", f"the history shows a message of another room: {message}")
        if message.id < before:
            verdict.add("out of order", f"{room} {message.id}", f"it comes after {before} in the history")
        if message.prev != before:
            verdict.add("gaps", f"{room} {message.id}", f"history: its prev is {message.prev}, before it stands {before}")
        before = message.id


def check_posts(posts: list[Post], histories: dict[str, list[Message]], verdict: Verdict) -> None:
    """Acknowledged: there once, as acknowledged. Not acknowledged: there once or not at all. Nothing else is there."""
    found: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for room, history in histories.items():
        for message in history:
            found[room, message.text].append(message)
    for post in posts:
        messages = found.pop((post.room, post.text), [])
        ids = {message.id for message in messages}
        if post.answers and not messages:
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
