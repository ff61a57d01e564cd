"""
The block of settings between the markers: which helpers it calls, and with what.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from heroku_support.scaffold.python_code import Module, is_python
from heroku_support.scaffold.survey import CELERY, CHANNELS, GEO, SEARCH, Survey

BEGIN = (
    "# heroku_init: what the environment decides. What you set below this block wins."
)
END = "# heroku_init: end"
POSTGIS = 'engine="django.contrib.gis.db.backends.postgis"'
WIDEST = 88  # columns, as Black has it
INDENT = "    "


@dataclass(frozen=True)
class Helper:
    """
    A line of the block.

    :param setting: what it sets, empty where that is a group of settings.
    :param owns: settings one of which, where somebody has set it, leaves the line out.
    :param feature: what the project must use for it, empty for all.
    """

    name: str
    setting: str = ""
    owns: frozenset[str] = frozenset()
    feature: str = ""

    def is_wanted(self, survey: Survey, taken: Collection[str]) -> bool:
        """
        Whether the block is to have it.
        """
        settings = self.owns | {self.setting}
        return not settings.intersection(taken) and (
            not self.feature or survey.has(self.feature)
        )

    def code(self, arguments: tuple[str, ...]) -> str:
        """
        Return the line, or lines where it is too long.
        """
        before, after = (
            (f"{self.setting} = ", "") if self.setting else ("globals().update(", ")")
        )
        line = f"{INDENT}{before}heroku.{self.name}({', '.join(arguments)}){after}\n"
        if len(line) <= WIDEST + 1 or not arguments:
            return line
        inner = "".join(f"{2 * INDENT}{each},\n" for each in arguments)
        return f"{INDENT}{before}heroku.{self.name}(\n{inner}{INDENT}){after}\n"


MAIL = frozenset(
    {"MAILERS", "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_PORT"}
)
HELPERS = (
    Helper("security"),
    Helper("debug", "DEBUG"),
    Helper("secret_key", "SECRET_KEY"),
    Helper("secret_key_fallbacks", "SECRET_KEY_FALLBACKS"),
    Helper("allowed_hosts", "ALLOWED_HOSTS"),
    Helper("csrf_trusted_origins", "CSRF_TRUSTED_ORIGINS"),
    Helper("databases", "DATABASES"),
    Helper("geo", owns=frozenset({"GDAL_LIBRARY_PATH"}), feature=GEO),
    Helper("caches", "CACHES"),
    Helper(
        "celery",
        owns=frozenset({"CELERY_BROKER_URL", "BROKER_URL"}),
        feature=CELERY,
    ),
    Helper("channel_layers", "CHANNEL_LAYERS", feature=CHANNELS),
    Helper("haystack_connections", "HAYSTACK_CONNECTIONS", feature=SEARCH),
    Helper(
        "storages",
        "STORAGES",
        frozenset({"STATICFILES_STORAGE", "DEFAULT_FILE_STORAGE"}),
    ),
    Helper("email", owns=MAIL),
    Helper("logging", "LOGGING"),
)
FIRST = "  # first: what stands below is yours and wins\n"
SILENCED = """\
# Whether HSTS is for subdomains too, and preloaded, is a decision of your own.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
"""


def block(
    survey: Survey,
    arguments: Mapping[str, tuple[str, ...]],
    taken: Collection[str],
    base_dir: str,
) -> str:
    """
    Return the block, from marker to marker.

    :param arguments: of each helper that takes some.
    :param taken: settings that somebody has set elsewhere in the file.
    :param base_dir: the expression of the project's folder, a ``Path``.
    """
    given = dict(arguments)
    if survey.has(GEO):
        given["databases"] = _for_places(given.get("databases", ()), survey.name)
    lines = [
        helper.code(given.get(helper.name, ()))
        for helper in HELPERS
        if helper.is_wanted(survey, taken)
    ]
    lines[0] = lines[0].rstrip("\n") + FIRST
    static = f'STATIC_ROOT = {base_dir} / "staticfiles"\n'
    return "".join(
        [
            f"{BEGIN}\n",
            f'with Heroku(dotenv={base_dir} / ".env") as heroku:\n',
            *lines,
            "" if "STATIC_ROOT" in taken else static,
            "" if "SILENCED_SYSTEM_CHECKS" in taken else SILENCED,
            f"{END}\n",
        ]
    )


def _for_places(arguments: tuple[str, ...], name: str) -> tuple[str, ...]:
    # SQLite knows no places, and SpatiaLite is another database than Heroku's.
    local = f'default="postgis://localhost/{name}"'
    found = [local if "sqlite:///" in each else each for each in arguments]
    has_engine = any(each.startswith("engine=") for each in found)
    return tuple(found if has_engine else [*found, POSTGIS])


def called_with(module: Module) -> dict[str, tuple[str, ...]]:
    """
    Return the arguments that each helper is given in a block that is there.

    They are carried over: a host that somebody has added stays.
    """
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func.value
            if isinstance(called, ast.Name) and called.id == "heroku":
                given = [*node.args, *node.keywords]
                found[node.func.attr] = tuple(
                    ast.get_source_segment(module.source.text, each) or ""
                    for each in given
                )
    return found


def is_same(block: str, other: str) -> bool:
    """
    Whether two blocks do the same, whatever a formatter has made of one.
    """
    if not is_python(block):
        return False
    return ast.dump(ast.parse(block)) == ast.dump(ast.parse(other))
