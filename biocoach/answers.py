"""What the person said and waits to hear about: every word is answered, also by a full disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from biocoach.running import Step
from biocoach.types import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of an input: its arrival number, or why it was refused.

    ``kept_until_written`` with a number: it was taken and holds, but the disk refuses just now.
    """

    number: int | None
    why: str = ""


NOT_RECORDING = Receipt(number=None, why="not_recording")
KEPT = "kept_until_written"


@dataclass(slots=True, eq=False)
class Word:
    """On its way to the session. ``turned_away``: its sender was told that it is not kept."""

    answer: asyncio.Future[Receipt]
    turned_away: bool = False


class Answers:
    def __init__(self) -> None:
        self._waiting: list[Word] = []
        self._taken: list[tuple[Word, Receipt]] = []

    async def ask(self, send: Callable[[Word], Awaitable[None]]) -> Receipt:
        """Send a word on its way, and wait for its receipt."""
        word = Word(asyncio.get_running_loop().create_future())
        self._waiting.append(word)
        try:
            await send(word)
            return await word.answer
        finally:
            self._waiting.remove(word)

    def take(self, word: Word, steps: Sequence[Step]) -> None:
        """It has its place in the session; its receipt is given by ``tell``."""
        self._taken.append((word, _receipt(steps)))

    def tell(self, otherwise: str = "") -> None:
        """Give the receipts of what was taken; ``otherwise`` is said where nothing refused it."""
        for word, receipt in self._taken:
            if not word.answer.done():
                word.answer.set_result(replace(receipt, why=receipt.why or otherwise))
        self._taken.clear()

    def turn_away(self) -> None:
        """No session is open to take what still waits, and none opens before the disk does."""
        for word in self._waiting:
            if not word.answer.done():
                word.turned_away = True
                word.answer.set_result(NOT_RECORDING)


def _receipt(steps: Sequence[Step]) -> Receipt:
    """The answer to the last input among the steps."""
    last = steps[-1]
    for output in last.outputs:
        if isinstance(output, Refused):
            return Receipt(number=output.number, why=output.why)
    return Receipt(number=last.number)
