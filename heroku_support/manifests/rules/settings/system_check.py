"""
A system check found it in the loaded settings.

`manage.py heroku_doctor` runs the [system checks](checks.md) of this package too, and reports those
here that no rule looks for in the text. `python -m heroku_support doctor` loads no settings, and
runs none.
"""

from __future__ import annotations

from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")
