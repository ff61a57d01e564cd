"""
The same small settings module, written with each peer.
"""

from __future__ import annotations
