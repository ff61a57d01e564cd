"""
The exception of the scaffolder.
"""

from __future__ import annotations


class ScaffoldError(Exception):
    """
    Nothing was written; the message says what to do.
    """
