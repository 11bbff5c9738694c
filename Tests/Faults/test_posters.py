"""A poster holds a server to what its refusals say."""

import asyncio
import json
import random
import unittest
from types import SimpleNamespace

from connection import Answer, Interrupted
from load import Load
from posters import Poster

REFUSED = Answer(503, {"retry-after": "1"}, b'{"code":"log_unavailable"}')


def stored(status: int, post) -> Answer:
    return Answer(status, {}, json.dumps({"id": 7, "prev": 0, "room": post.room, "text": post.text}).encode())


class PosterTest(unittest.TestCase):
    def deliver(self, *answers, may_refuse: bool = True, recovers: bool = False) -> Poster:
        """One post, to a server that answers so; a number stands for that status and the message.

        One that recovers is well again when it answers.
        """

        async def yes(*_):
            return 1

        server = SimpleNamespace(port=1, may_refuse=may_refuse, is_stopping=False, up=yes, stays=yes)
        poster = Poster(1, server, ["a"], random.Random(1), Load(abandoned_share=0))
        script = list(answers)

        async def send(post):
            answer = script.pop(0)
            server.may_refuse = server.may_refuse and not recovers
            if isinstance(answer, Exception):
                raise answer
            return stored(answer, post) if isinstance(answer, int) else answer

        poster._send = send
        asyncio.run(poster.post("a"))
        self.assertEqual(script, [])
        return poster

    def test_refused_then_stored(self):
        self.assertEqual(self.deliver(REFUSED, REFUSED, 201).complaints, [])

    def test_refused_as_not_stored_and_yet_there(self):
        self.assertEqual(len(self.deliver(REFUSED, 200).complaints), 1)

    def test_in_doubt_then_there(self):
        self.assertEqual(self.deliver(Answer(504, {}, b'{"code":"outcome_unknown"}'), 200).complaints, [])

    def test_refused_without_reason_or_time(self):
        self.assertEqual(len(self.deliver(Answer(503, {"retry-after": "1"}, b""), 201).complaints), 1)
        self.assertEqual(len(self.deliver(Answer(503, {}, REFUSED.body), 201).complaints), 1)

    def test_refused_while_all_is_well(self):
        self.assertEqual(len(self.deliver(REFUSED, 201, may_refuse=False).complaints), 1)

    def test_refused_when_sent_in_trouble(self):
        self.assertEqual(self.deliver(REFUSED, 201, recovers=True).complaints, [])
        self.assertEqual(len(self.deliver(REFUSED, REFUSED, 201, recovers=True).complaints), 1)

    def test_dropped_on_a_connection_that_was_taken(self):
        self.assertEqual(len(self.deliver(Interrupted("", was_accepted=True), 201).broken), 1)
        self.assertEqual(self.deliver(Interrupted(""), 201).broken, [])


if __name__ == "__main__":
    unittest.main()
