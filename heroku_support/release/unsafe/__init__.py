"""
Migrations that are unsafe while the release that is about to be replaced still serves.
"""

from __future__ import annotations

from heroku_support.release.unsafe.findings import Finding
from heroku_support.release.unsafe.policy import refuse_or_warn
from heroku_support.release.unsafe.scanner import scan
from heroku_support.release.unsafe.since import scan_since

__all__ = ["Finding", "refuse_or_warn", "scan", "scan_since"]
