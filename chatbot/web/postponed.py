"""Libraries that another one imports and nothing here needs: loaded when used, or not at all."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import RLock
from types import ModuleType
from typing import Any

# What tools ask of every module that there is, without using it.
_LOOKED_AT = frozenset(("__file__", "__warningregistry__"))
_LOADING = RLock()


class Postponed(ModuleType):
    """Stands for a module in `sys.modules`. The first use of anything in it imports the module.

    The standard library's `LazyLoader` does not serve here: with Python 3.11 an import statement
    in another module looks at the module and so loads it.
    """

    def __getattr__(self, name: str) -> Any:
        """What the module itself has under that name."""
        if name in _LOOKED_AT:
            raise AttributeError(name)
        with _LOADING:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            return getattr(importlib.import_module(self.__name__), name)


def postpone(name: str) -> None:
    """Let `import name` load nothing, from now on and everywhere, until something in it is used."""
    if name not in sys.modules and (spec := find_spec(name)):
        sys.modules[name] = Postponed(name)
        sys.modules[name].__spec__ = spec  # by which other libraries see that it is installed


@contextmanager
def without(name: str) -> Iterator[None]:
    """Let `import name` fail meanwhile, as if it were not installed; one that is loaded stays.

    For libraries that do without, and say so by catching the error.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
