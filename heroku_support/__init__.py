"""
Run a Django project on Heroku: settings, release phase, gunicorn and health.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heroku_support.settings.heroku import Heroku

__all__ = ["Heroku", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Lazily, so that gunicorn and the checks can import a part without paying for all.
    if name == "Heroku":
        from heroku_support.settings.heroku import Heroku

        return Heroku
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
