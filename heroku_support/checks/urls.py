"""
Checks of where the project mounts this package's page.
"""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from heroku_support.conf import conf

PAGE = "heroku_support:page"

W023 = checks.Warning(
    "The health page is not beside the other health endpoints.",
    hint='Begin urlpatterns with path("", include("heroku_support.urls")).',
    id="heroku_support.W023",
)


def check_page(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Where it is, HEROKU_SUPPORT_HEALTH_PATH says already; a path of its own would come before.
    """
    try:
        reverse(PAGE)
        found = resolve(conf.HEROKU_SUPPORT_HEALTH_PATH).view_name
    except Resolver404:
        return [W023]
    except NoReverseMatch:
        return []  # a project may do without
    except Exception:  # Django's own check tells what is wrong with the URLconf
        return []
    return [] if found == PAGE else [W023]
