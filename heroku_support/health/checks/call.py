"""
A function as a check: one of this package's, or a project's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from heroku_support.errors import CheckError


class Call:
    """
    Calls a function, which may be async. It passes if that returns None or True.
    """

    def __init__(
        self, name: str, function: Callable[[], Any], *, decides: bool
    ) -> None:
        self.name = name
        self.decides = decides
        self._function = function

    def run(self) -> None:
        """
        Call it, and look at what it returns.
        """
        found = self._function()
        if isawaitable(found):
            found = asyncio.run(_awaited(found))
        if found is not None and found is not True:
            raise CheckError(f"returned {found!r}, which is neither None nor True")

    def abort(self) -> None:
        """
        Nothing ends a function from outside.
        """


async def _awaited(found: Any) -> Any:
    return await found
