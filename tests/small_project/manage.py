"""
Run a management command.
"""

from __future__ import annotations

import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # There are hundreds of these processes, too short for garbage to be worth the search.
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
