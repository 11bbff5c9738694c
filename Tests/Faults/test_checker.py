"""The checker turns red for each way to break a promise, and for no other reason."""

import json
import unittest
from dataclasses import dataclass, field, replace

from checker import KINDS, check
from message import Message
from posters import Post


@dataclass
class Stream:
    messages: list[Message]
    name: str = "stream"
    rooms: list[str] = field(default_factory=lambda: ["a", "b"])
    start: int | None = 2
    gaps: list[str] = field(default_factory=list)


def message(id: int, prev: int, room: str, text: str = "") -> Message:
    return Message.from_object({"id": id, "prev": prev, "room": room, "text": text or f"text {id}"})


class CheckerTest(unittest.TestCase):
    """A truth of two rooms, a poster who was acknowledged, and a stream that began after 2; each test breaks one thing."""

    def setUp(self):
        a = [message(1, 0, "a"), message(3, 1, "a"), message(4, 3, "a"), message(7, 4, "a")]
        b = [message(2, 0, "b"), message(5, 2, "b"), message(6, 5, "b")]
        self.histories = {"a": a, "b": b}
        everything = sorted(a + b)
        self.posts = [Post(f"key {m.id}", m.room, "ann", m.text, 1, [(201, m.id)]) for m in everything]
        self.stream = Stream(everything[2:])

    def found(self) -> set[str]:
        verdict = check(self.posts, self.histories, [self.stream])
        self.assertEqual(verdict.is_green, not verdict.lines())
        return {kind for kind in KINDS if verdict.count(kind)}

    def post(self, id: int) -> Post:
        return next(post for post in self.posts if post.id == id)

    def test_theTruth_isGreen(self):
        self.assertEqual(self.found(), set())

    def test_aRepeatWithTheSameId_isGreen(self):
        self.post(3).answers.append((200, 3))
        self.assertEqual(self.found(), set())

    def test_notAcknowledged_onceOrNotAtAll_isGreen(self):
        self.post(3).answers.clear()
        self.posts.append(Post("never stored", "a", "ann", "never stored", 2))
        self.assertEqual(self.found(), set())

    def test_notAcknowledged_twice(self):
        self.post(7).answers.clear()
        self.histories["a"].append(message(8, 7, "a", "text 7"))
        self.stream.messages.append(self.histories["a"][-1])
        self.assertEqual(self.found(), {"duplicated"})

    def test_acknowledged_notInTheHistory(self):
        self.histories["a"].pop()
        self.stream.messages.pop()
        self.assertEqual(self.found(), {"lost"})

    def test_acknowledged_inAnotherRoom(self):
        self.post(7).room = "b"
        self.assertEqual(self.found(), {"lost", "other"})

    def test_acknowledged_underAnotherId(self):
        self.post(7).answers = [(201, 6)]
        self.assertEqual(self.found(), {"other"})

    def test_acknowledged_twiceInTheHistory(self):
        self.histories["a"].append(message(8, 7, "a", "text 7"))
        self.stream.messages.append(self.histories["a"][-1])
        self.assertEqual(self.found(), {"duplicated"})

    def test_acknowledgedAgain_underAnotherId(self):
        self.post(7).answers.append((200, 8))
        self.assertEqual(self.found(), {"duplicated"})

    def test_acknowledgedAgain_asNew(self):
        self.post(7).answers.append((201, 7))
        self.assertEqual(self.found(), {"duplicated"})

    def test_history_outOfOrder(self):
        a = self.histories["a"]
        a[1], a[2] = a[2], a[1]
        self.assertEqual(self.found(), {"out of order", "gaps"})

    def test_history_twiceTheSame(self):
        self.histories["a"].append(self.histories["a"][-1])
        self.assertEqual(self.found(), {"duplicated", "gaps"})

    def test_history_brokenChain(self):
        self.histories["a"][3] = self.stream.messages[-1] = message(7, 3, "a")
        self.assertEqual(self.found(), {"gaps"})

    def test_history_fromNobody(self):
        self.histories["a"].append(message(8, 7, "a", "who said this?"))
        self.stream.messages.append(self.histories["a"][-1])
        self.assertEqual(self.found(), {"other"})

    def test_stream_missesAnAcknowledgedMessage(self):
        for index in (0, 2, -1):
            with self.subTest(index=index):
                self.setUp()
                del self.stream.messages[index]
                self.assertIn("lost", self.found())

    def test_stream_missesTheLast_notAcknowledged(self):
        self.post(7).answers.clear()
        self.stream.messages.pop()
        self.assertEqual(self.found(), {"gaps"})

    def test_stream_hasOneTwice(self):
        self.stream.messages.append(self.stream.messages[-1])
        self.assertEqual(self.found(), {"duplicated", "gaps"})

    def test_stream_outOfOrder_acrossRooms(self):
        messages = self.stream.messages  # 3, 4 in a; 5, 6 in b; 7 in a
        messages[1], messages[2] = messages[2], messages[1]
        self.assertEqual(self.found(), {"out of order"})

    def test_stream_showsMoreThanTheHistory(self):
        self.stream.messages.append(message(8, 7, "a"))
        self.assertEqual(self.found(), {"other"})

    def test_stream_showsAnotherText(self):
        self.stream.messages[-1] = message(7, 4, "a", "something else")
        self.assertEqual(self.found(), {"other"})

    def test_stream_showsAnotherField(self):
        last = self.stream.messages[-1]
        whole = json.dumps(json.loads(last.whole) | {"user": "bob"}, sort_keys=True)
        self.stream.messages[-1] = last._replace(whole=whole)
        self.assertEqual(self.found(), {"other"})

    def test_stream_ofARoomNotAskedFor(self):
        self.stream = replace(self.stream, rooms=["a"])
        self.assertEqual(self.found(), {"other"})

    def test_stream_announcesAGap(self):
        self.stream.gaps.append("unknown")
        self.assertEqual(self.found(), {"gaps"})

    def test_stream_neverBegan(self):
        self.stream = Stream([], start=None)
        self.assertEqual(self.found(), {"other"})


if __name__ == "__main__":
    unittest.main()
