"""With retention, a stream may lack what was removed, where a gap tells of it; and nothing else."""

import unittest
from dataclasses import dataclass, field

from checker import KINDS, check
from message import Message
from posters import Post
from streams import Gap


@dataclass
class Stream:
    messages: list[Message]
    gaps: list[Gap] = field(default_factory=list)
    name: str = "stream"
    rooms: list[str] = field(default_factory=lambda: ["a", "b"])
    start: int | None = 1


def message(id: int, prev: int, room: str) -> Message:
    return Message.from_object({"id": id, "prev": prev, "room": room, "text": f"text {id}"})


A = [message(1, 0, "a"), message(3, 1, "a"), message(4, 3, "a"), message(6, 4, "a"), message(8, 6, "a")]
B = [message(2, 0, "b"), message(5, 2, "b"), message(7, 5, "b")]
BY_ID = {message.id: message for message in A + B}
# In `a` everything below 6 has been removed. The stream stood at 2 when it was cut, and resumed.
GAP = Gap("a", "expired", oldest=6, id=4, after=1, position=2)


class GapTest(unittest.TestCase):
    def setUp(self):
        self.posts = []
        for m in sorted(A + B):
            self.posts.append(Post(f"key {m.id}", m.room, "ann", m.text, 1, [(201, m.id)], m))
        self.histories = {"a": A[3:], "b": B}

    def found(self, ids: list[int], *gaps: Gap) -> set[str]:
        verdict = check(self.posts, self.histories, [Stream([BY_ID[id] for id in ids], list(gaps))], forgets=True)
        return {kind for kind in KINDS if verdict.count(kind)}

    def test_theTruth_isGreen(self):
        self.assertEqual(self.found([2, 5, 6, 7, 8], GAP), set())
        self.assertEqual(self.found([2, 3, 4, 5, 6, 7, 8]), set())
        # Overtaken between two messages; and told again, when cut before what followed the first time.
        self.assertEqual(self.found([2, 3, 5, 6, 7, 8], Gap("a", "expired", 6, 4, 2, 3)), set())
        self.assertEqual(self.found([2, 5, 6, 7, 8], GAP, Gap("a", "expired", 6, 4, 1, 3)), set())

    def test_removed_andNoGapTellsOfIt(self):
        self.assertEqual(self.found([2, 5, 6, 7, 8]), {"lost"})
        self.assertEqual(self.found([2, 4, 5, 6, 7, 8]), {"lost"})
        self.assertEqual(self.found([2, 3, 4, 5, 6, 7]), {"lost"})

    def test_aGap_excusesNothingElse(self):
        self.assertEqual(self.found([2, 6, 7, 8], GAP), {"lost"})
        self.assertEqual(self.found([2, 5, 7, 8], GAP), {"lost"})
        self.assertEqual(self.found([2, 5, 6, 7], GAP), {"lost"})
        self.assertEqual(self.found([2, 5, 7, 8], Gap("a", "expired", 8, 4, 1, 2)), {"lost"})

    def test_aGap_whereNothingIsMissing(self):
        self.assertEqual(self.found([2, 3, 4, 5, 6, 7, 8], Gap("b", "expired", 5, 4, 3, 4)), {"gaps"})

    def test_aGap_thatIsNoneOfRetention(self):
        self.assertIn("gaps", self.found([2, 5, 6, 7, 8], Gap("a", "unknown", 6, 4, 1, 2)))
        self.assertIn("gaps", self.found([2, 5, 6, 7, 8], Gap("a", "expired", None, 4, 1, 2)))
        self.assertIn("gaps", self.found([2, 5, 6, 7, 8], Gap("a", "expired", 6, 7, 1, 2)))
        self.assertIn("other", self.found([2, 5, 6, 7, 8], GAP, Gap("c", "expired", 6, 4, 1, 2)))

    def test_twice_andOutOfOrder(self):
        self.assertEqual(self.found([2, 5, 5, 6, 7, 8], GAP), {"duplicated"})
        self.assertIn("out of order", self.found([2, 5, 7, 6, 8], GAP))

    def test_otherContent(self):
        changed = Stream([BY_ID[2], BY_ID[5], BY_ID[6]._replace(whole="x"), BY_ID[7], BY_ID[8]], [GAP])
        verdict = check(self.posts, self.histories, [changed], forgets=True)
        self.assertEqual({kind for kind in KINDS if verdict.count(kind)}, {"other"})

    def test_theHistory_mayBeginLate_andHasNoHoles(self):
        self.histories["b"] = [B[0], B[2]]
        self.assertIn("lost", self.found([2, 5, 6, 7, 8], GAP))
        self.histories["b"] = B
        self.histories["a"] = [A[4]._replace(prev=4)]
        self.assertIn("gaps", self.found([2, 5, 6, 7, 8], GAP))


if __name__ == "__main__":
    unittest.main()
