"""
Run this package's system checks, for the doctor.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core import checks

from heroku_support.dyno import Dyno
from heroku_support.manifests.checked import Checked, Message
from heroku_support.manifests.findings import Severity

TAG = "heroku_support"


def checked(root: Path) -> Checked | None:
    """
    Return what they say of the loaded settings, None where these are of another project.
    """
    module = sys.modules.get(str(getattr(settings, "SETTINGS_MODULE", None)))
    file = os.path.realpath(getattr(module, "__file__", None) or os.devnull)
    if not Path(file).is_relative_to(os.path.realpath(root)):
        return None
    path = Path(file).relative_to(os.path.realpath(root)).as_posix()
    found = checks.run_checks(tags=[TAG], include_deployment_checks=True)
    messages = [_message(each) for each in found if not each.is_silenced()]
    return Checked(path, tuple(messages), Dyno.from_environ().is_heroku)


def _message(found: checks.CheckMessage) -> Message:
    severity: Severity = "info"
    if found.level >= checks.ERROR:
        severity = "error"
    elif found.level >= checks.WARNING:
        severity = "warning"
    name = str(found.id).rpartition(".")[2]
    return Message(name, severity, str(found.msg), str(found.hint or ""))
