"""What counts as two nodes' showing the same."""

import unittest

from agreement import differences, missing
from message import Message
from posters import Post


def message(id: int, text: str = "") -> Message:
    return Message.from_object({"id": id, "prev": id - 1, "room": "a", "text": text or f"text {id}"})


class AgreementTest(unittest.TestCase):
    def setUp(self):
        self.truth = [message(1), message(2), message(3)]

    def kinds(self, shown: list[Message]) -> set[str]:
        return {kind for kind, _, _ in differences(self.truth, shown, "node-2")}

    def test_theSame(self):
        self.assertEqual(self.kinds(list(self.truth)), set())

    def test_oneLess(self):
        self.assertEqual(self.kinds(self.truth[:2]), {"lost"})

    def test_oneMore(self):
        self.assertEqual(self.kinds([*self.truth, message(4)]), {"other"})

    def test_anotherUnderTheSameId(self):
        self.assertEqual(self.kinds([*self.truth[:2], message(3, "another")]), {"other"})

    def test_oneTwice(self):
        self.assertEqual(self.kinds([*self.truth, self.truth[-1]]), {"duplicated"})

    def test_anotherOrder(self):
        self.assertEqual(self.kinds(self.truth[::-1]), {"out of order"})

    def test_acknowledged_isShownUnderItsId(self):
        posts = [Post(f"key {m.id}", "a", "ann", m.text, 1, [(201, m.id)]) for m in self.truth]
        self.assertEqual(missing(posts, self.truth, "node-1"), [])
        self.assertEqual([key for _, key, _ in missing(posts, self.truth[1:], "node-1")], ["key 1"])
        posts[0].answers = [(201, 2)]
        self.assertEqual([key for _, key, _ in missing(posts, self.truth, "node-1")], ["key 1"])


if __name__ == "__main__":
    unittest.main()
