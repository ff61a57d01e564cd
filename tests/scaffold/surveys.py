"""
Projects by what they are, without their files.
"""

from __future__ import annotations

from heroku_support.scaffold.survey import Survey


def survey(
    *features: str,
    target: str = "cedar",
    manager: str = "pip",
    has_pytest: bool = False,
    test_requirements: str = "",
) -> Survey:
    """
    Return a project that is called a shop.
    """
    return Survey(
        name="shop",
        package="shop",
        settings="shop.settings",
        servers=("shop.wsgi", "shop.asgi"),
        target=target,
        python="3.13",
        manager=manager,
        celery="shop",
        has_pytest=has_pytest,
        test_requirements=test_requirements,
        features=frozenset(features),
    )
