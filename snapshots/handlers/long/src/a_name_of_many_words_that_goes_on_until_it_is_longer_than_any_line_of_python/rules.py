"""Which AWS calls are to fail or to wait, and how often they did."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from fnmatch import fnmatchcase
from itertools import count
from threading import Lock

PATTERNS = {
    "service": (r"[a-z0-9*-]+", "must be a service as boto3 names it, such as s3, or *"),
    "operation": (r"[A-Za-z0-9*]+", "must be an operation as AWS names it, such as GetObject or Get*, or *"),
    "code": (r"([A-Za-z][A-Za-z0-9._-]*)?", "must be an error code as AWS names it, such as SlowDown"),
}
RANGES = {"status": (400, 599), "delay": (0, 60_000), "percentage": (0, 100)}


class InvalidRuleError(ValueError):
    """What keeps fields from being a rule: a reason for each."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{key} {problem}" for key, problem in problems.items()))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What happens to the calls of an operation: they wait, they fail, or they wait and then fail."""

    service: str = "*"
    operation: str = "*"
    delay: int = 0
    """In milliseconds."""
    code: str = ""
    """The code of the error that AWS would give; empty: the call goes on to its service."""
    status: int = 400
    message: str = ""
    percentage: int = 100
    """Of the calls, evenly spread: with 25 it is every fourth."""
    on: bool = True

    @classmethod
    def parse(cls, given: Mapping[str, object]) -> "Rule":
        """Make a rule of the fields of a form or of a JSON object, or tell everything that is wrong with them."""
        known = {field.name for field in fields(cls)}
        problems = {key: "is not known" for key in given if key not in known}
        values: dict[str, str | int | bool] = {}
        for key in known & given.keys():
            try:
                values[key] = read(key, given[key])
            except ValueError as error:
                problems[key] = str(error)
        if not problems and not values.get("code") and not values.get("delay"):
            problems["code"] = "is needed where there is no delay"
        if problems:
            raise InvalidRuleError(problems)
        return cls(**values)  # type: ignore[arg-type]

    def matches(self, service: str, operation: str) -> bool:
        """Whether this rule is for such a call."""
        return self.on and fnmatchcase(service, self.service) and fnmatchcase(operation.lower(), self.operation.lower())


@dataclass(frozen=True)
class Entry:
    """A rule in the list."""

    id: int
    rule: Rule
    hits: int

    def as_json(self) -> dict[str, object]:
        return {"id": self.id, **asdict(self.rule), "hits": self.hits}


class Rules:
    """The rules in force. The gateway answers in many threads, so everything happens under a lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ids = count(1)
        self._rules: dict[int, Rule] = {}
        self._seen: Counter[int] = Counter()
        self._hits: Counter[int] = Counter()

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter([self._entry(id) for id in self._rules])

    def add(self, rule: Rule) -> Entry:
        """Put a rule at the end of the list."""
        with self._lock:
            id = next(self._ids)
            self._rules[id] = rule
            return self._entry(id)

    def switch(self, id: int, on: bool) -> Entry | None:
        """Switch a rule on or off, whatever it was before; None if there is no such rule."""
        with self._lock:
            if id not in self._rules:
                return None
            self._rules[id] = replace(self._rules[id], on=on)
            return self._entry(id)

    def remove(self, id: int) -> None:
        """Take a rule out of the list, if it is still there."""
        with self._lock:
            for kept in (self._rules, self._seen, self._hits):
                kept.pop(id, None)

    def due(self, service: str, operation: str) -> Entry | None:
        """The first rule whose turn it is with this call. Counts the call as seen by the rules up to that one."""
        with self._lock:
            for id, rule in self._rules.items():
                if not rule.matches(service, operation):
                    continue
                before = self._seen[id] * rule.percentage // 100
                self._seen[id] += 1
                if self._seen[id] * rule.percentage // 100 > before:
                    self._hits[id] += 1
                    return self._entry(id)
        return None

    def _entry(self, id: int) -> Entry:
        return Entry(id, self._rules[id], self._hits[id])


def read(key: str, value: object) -> str | int | bool:
    """Read one field of a rule; numbers may come as text, as forms send them."""
    if key == "on":
        if isinstance(value, bool):
            return value
        raise ValueError("must be true or false")
    if key in RANGES:
        low, high = RANGES[key]
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)
    if not isinstance(value, str) or len(value) > 1000 or not value.isprintable():
        raise ValueError("must be one line of text")
    value = value.strip()
    if key in PATTERNS:
        pattern, problem = PATTERNS[key]
        if not re.fullmatch(pattern, value):
            raise ValueError(problem)
    return value
