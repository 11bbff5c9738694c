"""How posters and readers behave under a fault: each fault has the load that brings out what it is about."""

from dataclasses import dataclass

FILLERS = (
    "",
    "hello",
    "two\nlines",
    "data: not a field\n\nid: 1\n\n",
    'quotes " and \\ and \t and </script>',
    "émoji 👍🏽 and 大厅 and \u2028 and \r\n",
    "lorem ipsum dolor sit amet " * 20,
    "x" * 3000,
)


@dataclass(frozen=True)
class Load:
    """Shares are of 1, times in seconds."""

    fillers: tuple[str, ...] = FILLERS
    # Posts into the first room, besides those that come there as to any other.
    favourite_share: float = 0
    # Text of so large a share of the posts to the first room.
    heavy_filler: str = ""
    heavy_share: float = 0
    # Of posts that a death interrupted, this share is never repeated: it must be there once or not at all.
    abandoned_share: float = 0.25
    # After a break most readers come back at once, as EventSource would like to. Of the others some stay away for a while,
    # so that they resume behind live posts; some until the rush, in which they all come just before the next death; and
    # some until that death is over.
    late_share: float = 0.15
    late_seconds: float = 0.4
    rush_share: float = 0.25
    absent_share: float = 0.1
    # These readers break a connection themselves, in the middle of whatever is coming.
    cut_share: float = 0.15
    cut_seconds: float = 0.3
