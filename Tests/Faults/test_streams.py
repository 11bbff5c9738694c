"""A reader holds a stream to the order of its opening, and to the position it asked for."""

import asyncio
import random
import unittest
from types import SimpleNamespace

from event_stream import EventParser
from streams import Reader

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
RETRY = "retry: 2000\n\n"


def welcome(cursor: str, resumed: bool) -> str:
    resumed_word = "true" if resumed else "false"
    return f'id: {cursor}\nevent: welcome\ndata: {{"rooms":["a"],"refused":[],"resumed":{resumed_word}}}\n\n'


def message(id: int) -> str:
    return f'id: k-{id}\nevent: message\ndata: {{"id":{id},"prev":{id - 1},"room":"a","text":"{id}"}}\n\n'


def caught_up(replayed: int) -> str:
    return f'event: caught-up\ndata: {{"rooms":["a"],"replayed":{replayed}}}\n\n'


FRESH = HEAD + RETRY + welcome("k-5", resumed=False) + caught_up(0)
HEARTBEAT = "event: heartbeat\ndata: {}\n\n"
GOODBYE = 'event: goodbye\ndata: {"reason":"shutdown","reconnect":true}\n\n'


class ReaderTest(unittest.TestCase):
    def setUp(self):
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        server = SimpleNamespace(port=1)
        self.reader = Reader(1, ["a"], server, EventParser(), asyncio.Event(), random.Random(1))
        self.transport = SimpleNamespace(write=lambda request: self.requests.append(request), abort=lambda: None)
        self.requests: list[bytes] = []

    def connect(self, text: str) -> list[str]:
        """What the reader complains of on a new connection that brings this."""
        self.reader.complaints.clear()
        self.reader.begin_connection()
        self.reader.connection_made(self.transport)
        for at in range(0, len(text.encode()), 7):
            if not self.reader.complaints:
                self.reader.data_received(text.encode()[at : at + 7])
        return self.reader.complaints

    def test_openingThenLive(self):
        self.assertEqual(self.connect(FRESH + message(6) + HEARTBEAT + message(7)), [])
        self.assertEqual((self.reader.start, self.reader.position, self.reader.state), (5, 7, "live"))
        self.assertEqual([message.id for message in self.reader.messages], [6, 7])

    def test_resumesFromTheLastWholeEvent(self):
        self.connect(FRESH + message(6) + message(7)[:-1])
        text = HEAD + RETRY + welcome("k-6", resumed=True) + message(7) + caught_up(1)
        self.assertEqual(self.connect(text), [])
        self.assertIn(b"Last-Event-ID: k-6\r\n", self.requests[-1])
        self.assertEqual([message.id for message in self.reader.messages], [6, 7])
        self.assertEqual((self.reader.resumes, self.reader.replayed), (1, 1))

    def test_sentBack_onlyWithACursor_andByANodeThatMayLag(self):
        for may_lag, text, is_sent_back in [(True, RETRY, True), (True, "", False), (False, RETRY, False)]:
            with self.subTest((may_lag, text)):
                self.setUp()
                self.reader._server.may_lag = may_lag
                self.connect(HEAD + RETRY)
                self.assertFalse(self.reader._is_sent_back)
                self.connect(FRESH)
                self.assertEqual(self.connect(HEAD + text), [])
                self.assertEqual(self.reader._is_sent_back, is_sent_back)

    def test_aGap_isRemembered(self):
        self.connect(FRESH)
        unnumbered = welcome("k-9", resumed=False).replace("id: k-9\n", "")
        gap = 'id: z-3\nevent: gap\ndata: {"room":"a","reason":"unknown","oldest_id":4}\n\n'
        self.assertEqual(self.connect(HEAD + RETRY + unnumbered + gap + caught_up(0)), [])
        self.assertEqual(len(self.reader.gaps), 1)

    def test_gapsThatComeTogether_HaveTheirPlaceWithTheLast(self):
        self.connect(FRESH)
        unnumbered = welcome("k-9", resumed=False).replace("id: k-9\n", "")
        first = 'event: gap\ndata: {"room":"a","reason":"unknown","oldest_id":4}\n\n'
        begun = HEAD + RETRY + unnumbered + first
        position = self.reader.position
        self.connect(begun)
        self.assertEqual((self.reader.gaps, self.reader.position), ([], position))
        self.assertEqual(self.connect(begun + first.replace("event", "id: z-3\nevent") + caught_up(0)), [])
        self.assertEqual([(gap.id, gap.position) for gap in self.reader.gaps], [(3, position)] * 2)
        self.assertEqual(self.reader.position, 3)
        self.assertNotEqual(self.connect(begun + caught_up(0)), [])

    def test_complaints(self):
        resumed = HEAD + RETRY + welcome("k-5", resumed=True)
        for text in [
            HEAD.replace("200 OK", "404 Not Found") + "nothing here",
            HEAD.replace("text/event-stream", "text/plain"),
            HEAD + welcome("k-5", resumed=True),
            HEAD + RETRY + message(6),
            HEAD + RETRY + caught_up(0),
            HEAD + RETRY + welcome("k-5", resumed=False),
            HEAD + RETRY + welcome("k-6", resumed=True),
            HEAD + RETRY + welcome("k-5", resumed=True).replace('["a"]', '["b"]'),
            HEAD + RETRY + welcome("k-5", resumed=True).replace("refused", "ignored"),
            resumed + message(6) + caught_up(0),
            resumed + caught_up(0) + caught_up(0),
            resumed + caught_up(0) + RETRY,
            resumed + caught_up(0) + 'id: k-6\nevent: delete\ndata: {"id":6,"room":"a"}\n\n',
            resumed + caught_up(0) + GOODBYE + message(6),
        ]:
            with self.subTest(text):
                self.setUp()
                self.connect(FRESH)
                self.assertEqual(len(self.connect(text)), 1)


if __name__ == "__main__":
    unittest.main()
