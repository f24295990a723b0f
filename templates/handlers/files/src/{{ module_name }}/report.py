"""What the handlers saw: how long calls took, and what went wrong."""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from threading import Lock


@dataclass(frozen=True)
class Duration:
    """How long the calls of an operation took, in milliseconds."""

    service: str
    operation: str
    calls: int = 0
    total: float = 0
    longest: float = 0

    @property
    def mean(self) -> float:
        return self.total / self.calls if self.calls else 0


@dataclass(frozen=True)
class Failure:
    """An exception that ended calls of an operation."""

    service: str
    operation: str
    error: str
    calls: int


class Report:
    """Sums up calls. The gateway answers in many threads, so everything happens under a lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._durations: dict[tuple[str, str], Duration] = {}
        self._failures: Counter[tuple[str, str, str]] = Counter()

    def took(self, service: str, operation: str, milliseconds: float) -> None:
        """Count a call that has ended."""
        with self._lock:
            before = self._durations.get((service, operation)) or Duration(service, operation)
            self._durations[service, operation] = replace(
                before,
                calls=before.calls + 1,
                total=before.total + milliseconds,
                longest=max(before.longest, milliseconds),
            )

    def failed(self, service: str, operation: str, error: Exception) -> None:
        """Count a call that raised something."""
        with self._lock:
            self._failures[service, operation, type(error).__name__] += 1

    def durations(self) -> list[Duration]:
        """Per operation, the one that took the longest first."""
        with self._lock:
            return sorted(self._durations.values(), key=lambda duration: -duration.longest)

    def failures(self) -> list[Failure]:
        """Per operation and exception, the most frequent first."""
        with self._lock:
            return [Failure(*key, calls) for key, calls in self._failures.most_common()]

    def as_json(self) -> dict[str, object]:
        return {
            "durations": [asdict(duration) | {"mean": duration.mean} for duration in self.durations()],
            "failures": [asdict(failure) for failure in self.failures()],
        }
