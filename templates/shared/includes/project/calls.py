"""What AWS calls have passed, for those who want to look: the last ones, and how many there were of each service."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from threading import Lock

from localstack.extensions.api import aws
from werkzeug import Response


@dataclass(frozen=True)
class Call:
    """One AWS call and how it was answered."""

    id: int
    time: str
    """When it was answered, as ISO 8601 has it."""
    service: str
    operation: str
    region: str
    status: int

    def as_json(self) -> dict[str, str | int]:
        return asdict(self)


class CallLog:
    """Remembers the last calls. The gateway answers in many threads, so everything happens under a lock."""

    def __init__(self, limit: int = 500) -> None:
        self._lock = Lock()
        self._ids = count(1)
        self._calls: deque[Call] = deque(maxlen=limit)
        self._counts: Counter[str] = Counter()

    def record(self, context: aws.RequestContext, response: Response) -> None:
        """Remember an AWS call. Our own routes have no operation, and services call each other without being asked."""
        if context.service is None or context.operation is None or context.is_internal_call:
            return
        with self._lock:
            call = Call(
                id=next(self._ids),
                time=datetime.now(UTC).isoformat(timespec="milliseconds"),
                service=context.service.service_name,
                operation=context.operation.name,
                region=context.region,
                status=response.status_code,
            )
            self._calls.append(call)
            self._counts[call.service] += 1

    def latest(self, service: str | None = None) -> list[Call]:
        """The calls, the last one first; those of one service, if one is given."""
        with self._lock:
            return [call for call in reversed(self._calls) if service in (None, call.service)]

    def find(self, id: int) -> Call | None:
        """The call with this id, unless it is forgotten already."""
        return next((call for call in self.latest() if call.id == id), None)

    def counts(self) -> dict[str, int]:
        """How many calls there were of each service since the last `clear`, the most first."""
        with self._lock:
            return dict(self._counts.most_common())

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
            self._counts.clear()
