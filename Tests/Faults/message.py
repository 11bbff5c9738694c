"""A message as the server shows it, on a stream or in the history."""

import hashlib
import json
from typing import NamedTuple


# A longer message is remembered by its digest.
WHOLE = 4000


class Message(NamedTuple):
    """Two are equal only if everything in them is, down to fields that this suite knows nothing of."""

    id: int
    prev: int
    room: str
    text: str
    whole: str
    # Bytes of its JSON, about.
    size: int

    @classmethod
    def from_object(cls, fields: dict) -> "Message":
        """Raises KeyError or TypeError if it is none."""
        whole = json.dumps(fields, sort_keys=True, ensure_ascii=False)
        if not (isinstance(fields["id"], int) and isinstance(fields["prev"], int) and isinstance(fields["text"], str)):
            raise TypeError(f"not a message: {whole[:300]}")
        size = len(whole)
        if size > WHOLE:
            whole = f"{whole[:200]}… {hashlib.sha256(whole.encode()).hexdigest()}"
        return cls(fields["id"], fields["prev"], fields["room"], fields["text"], whole, size)

    def __str__(self) -> str:
        return f"{self.id} (prev {self.prev}, {self.room}) {self.text[:40]!r}"
