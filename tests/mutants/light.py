"""A quick way into a mutant: mutmut's own asks the environment at each call, which makes a test
that folds hours of signal ten times slower. Here it is decided once, when the mutant is chosen.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from mutmut import __main__ as mutmut
from mutmut.mutation import trampoline
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers import isolation

Function = Callable[..., Any]
_own_wrap, _own_set = trampoline.wrap_in_trampoline, trampoline.set_mutant_under_test
_choosers: list[Callable[[str], None]] = []


def lay() -> None:
    """Before any mutated module is imported."""
    trampoline.wrap_in_trampoline = _wrap
    mutmut.set_mutant_under_test = isolation.set_mutant_under_test = _choose


def _wrap(mutants: dict[str, Function], is_classmethod: bool = False) -> Callable[..., Any]:
    def light(function: Function) -> Function:
        slow: Function = _own_wrap(mutants, is_classmethod)(function)
        if is_classmethod or not _plain(function):
            return slow
        chosen = slow

        def choose(name: str) -> None:
            nonlocal chosen
            original = mutants["_mutmut_orig"]
            module, _, mutant = name.rpartition(".")
            if name == "stats":
                chosen = _counted(original)
            elif name and not module:  # "fail"
                chosen = slow
            else:
                mine = module == function.__module__
                chosen = mutants.get(mutant, original) if mine else original

        _choosers.append(choose)

        @wraps(function)
        def enter(*args: Any, **kwargs: Any) -> Any:
            return chosen(*args, **kwargs)

        return enter

    return light


def _counted(original: Function) -> Function:
    """As mutmut notes which test comes by here."""
    name = f"{original.__module__}.{mangled_name_from_mutant_name(original.__name__)}"

    def count(*args: Any, **kwargs: Any) -> Any:
        state()._stats.add(name)
        return original(*args, **kwargs)

    return count


def _plain(function: Function) -> bool:
    kinds = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    return not isinstance(function, staticmethod) and not any(kind(function) for kind in kinds)


def _choose(name: str | None) -> None:
    _own_set(name)
    for choose in _choosers:
        choose(name or "")
