"""The cost of an operation: worked out once, but for the sizes that its variables say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from schema.plan.charges import Charge, Size

MOST = 10**15
"""Beyond it, numbers are the same to everybody, and no longer exact in every client."""


@dataclass(slots=True)
class Cost:
    """What an operation may cost, what it came to, and what one may cost at most."""

    requested: int
    limit: int
    price: "Price"
    coerced: Mapping[str, Any]
    actual: int | None = None

    def json(self) -> bytes:
        """As an answer's `extensions.cost`."""
        if self.actual is None:
            return b'{"requested":%d,"actual":null,"limit":%d}' % (self.requested, self.limit)
        return b'{"requested":%d,"actual":%d,"limit":%d}' % (self.requested, self.actual, self.limit)

    def json_by_field(self) -> bytes:
        """As an answer's `extensions.cost`, with what each field has to do with it."""
        by_field = [{"path": path, "requested": share} for path, share in self.by_field()]
        return self.json()[:-1] + b',"byField":' + orjson.dumps(by_field) + b"}"

    def by_field(self) -> Sequence[tuple[str, int]]:
        """The share of each field that costs something, by its path; together they are `requested`."""
        found = _shares(self.price.charge, self.coerced, "", 1)
        return [(path, min(share, MOST)) for path, share in found if share]


class Price:
    """What an operation costs, for given sizes of its pages."""

    def __init__(self, charge: Charge) -> None:
        self.charge = charge
        self._sizes: list[Callable[[Mapping[str, Any]], int]] = []
        fixed, varying = self._formula(charge)
        self.fixed = None if varying else min(fixed, MOST)
        text = "+".join([str(fixed), *varying])
        self._total: Callable[[Sequence[int]], int] = eval(f"lambda s: {text}", {"max": max})

    def requested(self, coerced: Mapping[str, Any]) -> int:
        """What the operation may cost, for these variables."""
        if self.fixed is not None:
            return self.fixed
        return min(self._total([size(coerced) for size in self._sizes]), MOST)

    def actual(self, data: Any) -> int:
        """What it came to, by the answer's data."""
        charge = self.charge
        if data is None:
            return 0
        return charge.actual(data) if charge.varying or charge.either else charge.fixed

    def _formula(self, charge: Charge) -> tuple[int, list[str]]:
        """The charge as a number, and as Python for what depends on sizes."""
        fixed, varying = 0, []
        for entry in charge.entries:
            number, text = self._formula(entry.inner)
            fixed += entry.weight
            number += entry.each
            if entry.size is None or isinstance(entry.size, int):
                times = 1 if entry.size is None else entry.size
                fixed += times * number
                varying += [f"{times}*({'+'.join(text)})"] if text else []
            elif number or text:
                varying.append(f"{self._size(entry.size)}*({'+'.join([str(number), *text])})")
        if charge.either:
            varying.append(f"max({', '.join(map(self._either, charge.either))})")
        return fixed, varying

    def _either(self, charge: Charge) -> str:
        number, text = self._formula(charge)
        return "+".join([str(number), *text])

    def _size(self, size: Any) -> str:
        if size not in self._sizes:
            self._sizes.append(size)
        return f"s[{self._sizes.index(size)}]"


def _shares(charge: Charge, coerced: Mapping[str, Any], path: str, times: int) -> Iterator[tuple[str, int]]:
    """The shares of the fields, the dearest type's where there are several."""
    for entry in charge.entries:
        here = f"{path}.{entry.key}" if path else entry.key
        within = times * _number_of(entry.size, coerced)
        yield here, times * entry.weight + within * entry.each
        yield from _shares(entry.inner, coerced, here, within)
    if charge.either:
        of_types = [list(_shares(other, coerced, path, times)) for other in charge.either]
        yield from max(of_types, key=lambda shares: sum(share for _, share in shares))


def _number_of(size: Size | None, coerced: Mapping[str, Any]) -> int:
    if size is None:
        return 1
    return size if isinstance(size, int) else size(coerced)
