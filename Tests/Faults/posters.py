"""Posters: they post under a key until the post is acknowledged, whatever dies in between, and remember everything."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote

from connection import Answer, Connection, Interrupted, Unanswered
from load import Load
from message import Message
from server import Server

# A repeat of a post that was acknowledged before, in this life or an earlier one.
REPEATED_SHARE = 0.05
# Between attempts that did not end in a death; a server that refuses is not hammered.
RETRY_SECONDS = 0.05


@dataclass
class Post:
    """`answers` are all successes of this key in order, (status, id); the first acknowledged it, and showed `shown`."""

    key: str
    room: str
    user: str
    text: str
    attempts: int = 0
    answers: list[tuple[int, int]] = field(default_factory=list)
    shown: Message | None = None
    # An attempt ended so that nobody can know whether it was stored.
    is_in_doubt: bool = False

    @property
    def id(self) -> int | None:
        return self.answers[0][1] if self.answers else None


class Poster:
    """Where messages expire (`forgets`), the repeat of an old key may be told so."""

    def __init__(
        self,
        number: int | str,
        server: Server,
        rooms: list[str],
        dice: random.Random,
        load: Load = Load(),
        forgets: bool = False,
    ):
        self.posts: list[Post] = []
        self.acknowledged: list[Post] = []
        self.complaints: list[str] = []
        self.in_flight = False
        # Attempts that were refused as not stored, those broken off on a connection that had been taken before, and how many
        # were on one that nobody knows to have been taken, while the server stopped.
        self.refusals: Counter[str] = Counter()
        self.broken: list[str] = []
        self.turned_away = 0
        self._user = f"poster-{number}"
        self._server = server
        self._rooms = rooms
        self._dice = dice
        self._load = load
        self._forgets = forgets
        self._connection = Connection(server.port)
        self._life = 0

    @property
    def newest(self) -> int:
        """The last id that it was told."""
        return self.acknowledged[-1].id if self.acknowledged else 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            is_favourite = self._dice.random() < self._load.favourite_share
            await self.post(self._rooms[0] if is_favourite else self._dice.choice(self._rooms))
            if self._dice.random() < REPEATED_SHARE and self.acknowledged:
                await self.deliver(self._dice.choice(self.acknowledged))

    async def post(self, room: str, may_abandon: bool = True) -> Post:
        number = len(self.posts)
        key = f"{self._user}-post-{number}"
        is_heavy = room == self._rooms[0] and self._dice.random() < self._load.heavy_share
        filler = self._load.heavy_filler if is_heavy else self._dice.choice(self._load.fillers)
        post = Post(key, room, self._user, f"{key} {filler}.")
        self.posts.append(post)
        await self.deliver(post, may_abandon)
        return post

    async def deliver(self, post: Post, may_abandon: bool = True) -> None:
        """Returns when it is acknowledged (again), or given up for good after a death or a refusal that stands."""
        was_acknowledged = bool(post.answers)
        while True:
            life = await self._enter_life()
            was_in_trouble = self._server.may_refuse
            post.attempts += 1
            self.in_flight = True
            try:
                answer = await self._send(post)
            except Interrupted as broken:
                if broken.never_began and self._server.is_stopping:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                post.is_in_doubt = True
                if broken.was_accepted:
                    self.broken.append(post.key)
                elif self._server.is_stopping:
                    self.turned_away += 1
                if await self._server.stays(life):
                    self.complaints.append(f"{post.key}: connection broken by a living server: {broken}")
                if may_abandon and not was_acknowledged and self._dice.random() < self._load.abandoned_share:
                    return
                continue
            except Unanswered as silence:
                post.is_in_doubt = True
                self.complaints.append(f"{post.key}: {silence}")
                return
            finally:
                self.in_flight = False
            if answer.status in (503, 504, 507):
                # Honest while a log is in trouble, or while a server stops.
                may_refuse = was_in_trouble or self._server.may_refuse
                may_refuse = may_refuse or (answer.status == 503 and not await self._server.stays(life))
                self._take_refusal(post, answer, may_refuse)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self._take(post, answer, was_acknowledged)
            return

    def close(self) -> None:
        self._connection.close()

    async def _enter_life(self) -> int:
        life = await self._server.up()
        if life != self._life:
            self._connection.close()
            self._connection = Connection(self._server.port)
            self._life = life
        return life

    async def _send(self, post: Post) -> Answer:
        fields, headers = {"text": post.text, "user": post.user}, {"Content-Type": "application/json"}
        # Both ways to give a key, each post always the same.
        if int(post.key.rpartition("-")[2]) % 2:
            headers["Idempotency-Key"] = post.key
        else:
            fields["client_id"] = post.key
        return await self._connection.request(
            "POST", f"/rooms/{quote(post.room)}/messages", headers, json.dumps(fields).encode()
        )

    def _take_refusal(self, post: Post, answer: Answer, is_expected: bool) -> None:
        try:
            code = answer.json()["code"]
        except (ValueError, KeyError, TypeError):
            code = ""
        self.refusals[f"{answer.status} {code}"] += 1
        if answer.status == 504:
            post.is_in_doubt = True
        elif answer.status == 503 and not answer.headers.get("retry-after", "").isdecimal():
            self.complaints.append(f"{post.key}: no Retry-After: {answer}")
        if not is_expected or not code:
            self.complaints.append(f"{post.key}: {answer}")

    def _take(self, post: Post, answer: Answer, was_acknowledged: bool) -> None:
        if answer.status == 410 and was_acknowledged and self._forgets:
            return
        if answer.status not in (200, 201):
            self.complaints.append(f"{post.key}: {answer}")
            return
        try:
            message = answer.json()
            post.answers.append((answer.status, message["id"]))
            post.shown = post.shown or Message.from_object(message)
        except (ValueError, KeyError, TypeError):
            self.complaints.append(f"{post.key}: no message: {answer}")
            return
        if message.get("text") != post.text or message.get("room") != post.room:
            self.complaints.append(f"{post.key}: the answer shows another message: {answer}")
        if not was_acknowledged:
            self.acknowledged.append(post)
        if answer.status == 200 and not was_acknowledged and not post.is_in_doubt:
            what = "was never sent before" if post.attempts == 1 else "had been refused as certainly not stored"
            self.complaints.append(f"{post.key}: 200 to a key that {what}")
