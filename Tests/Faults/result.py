"""What a run came to."""

from dataclasses import dataclass, field

from checker import Verdict


@dataclass
class Result:
    verdict: Verdict = field(default_factory=Verdict)
    survived: int = 0
    acknowledged: int = 0
    delivered: int = 0
    load_seconds: float = 0
    remarks: list[str] = field(default_factory=list)
