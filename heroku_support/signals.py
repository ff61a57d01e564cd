"""
What a project may listen to; a receiver that fails is told, and ends no release.
"""

from __future__ import annotations

from django.dispatch import Signal

#: Before the first step. Arguments: ``release``, a ``heroku_support.release.context.Release``.
release_started = Signal()
#: After the last step. Arguments: ``release``.
release_succeeded = Signal()
#: After the step that failed. Arguments: ``release``, ``error``.
release_failed = Signal()
