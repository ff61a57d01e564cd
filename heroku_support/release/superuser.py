"""
One superuser from ``DJANGO_SUPERUSER_*``: made when missing, never touched when there.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, transaction

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.errors import StepError
from heroku_support.variables import assignment, text

NOT_ASKED = (
    "skipped: a release makes it in review apps only;"
    " elsewhere: HEROKU_SUPPORT_RELEASE_SUPERUSER = True"
)


def ensure_superuser(dyno: Dyno, alias: str, *, asked: bool) -> str:
    """
    Make the superuser if there is none of this name, and say what was done.

    :param asked: somebody asked for it by name; else it is made locally, in review apps, and
        where ``HEROKU_SUPPORT_RELEASE_SUPERUSER`` is set.
    :raises StepError: if a variable is missing or the password is too weak.
    """
    try:
        model: Any = get_user_model()
    except ImproperlyConfigured:
        return "skipped: this project has no users"
    variable = _variable(model.USERNAME_FIELD)
    if not asked and not text(dyno.vars, variable):
        return f"skipped: {variable} is not set"
    if not asked and not _opted_in(dyno):
        return NOT_ASKED
    return _ensure(dyno, model, alias)


def _opted_in(dyno: Dyno) -> bool:
    own = dyno.phase == "local" or dyno.is_review_app
    return own or conf.HEROKU_SUPPORT_RELEASE_SUPERUSER


def _ensure(dyno: Dyno, model: Any, alias: str) -> str:
    name = model.normalize_username(_value(dyno, model, model.USERNAME_FIELD))
    if found := _existing(model, alias, name):
        return found
    password = _required(dyno, "DJANGO_SUPERUSER_PASSWORD")
    values = {field: _value(dyno, model, field) for field in model.REQUIRED_FIELDS}
    values[model.USERNAME_FIELD] = name
    try:
        validate_password(password, model(**values))
    except ValidationError as error:
        weak = " ".join(error.messages)
        raise StepError(f"superuser: DJANGO_SUPERUSER_PASSWORD: {weak}") from None
    manager = model._default_manager.db_manager(alias)
    try:
        with transaction.atomic(using=alias):
            manager.create_superuser(password=password, **values)
    except IntegrityError as error:
        if found := _existing(model, alias, name):  # another process was quicker
            return found
        raise StepError(f"superuser: {name} could not be made") from error
    return f"{name} made"


def _existing(model: Any, alias: str, name: str) -> str:
    lookup = {f"{model.USERNAME_FIELD}__iexact": name}
    user = model._base_manager.using(alias).filter(**lookup).first()
    if user is None:
        return ""
    complete = user.is_active and getattr(user, "is_superuser", True)
    return (
        f"{name} exists" if complete else f"{name} exists, NOT as an active superuser"
    )


def _value(dyno: Dyno, model: Any, name: str) -> Any:
    field = model._meta.get_field(name)
    variable = _variable(name)
    try:
        value = field.clean(_required(dyno, variable), None)
    except ValidationError as error:
        raise StepError(f"superuser: {variable}: {' '.join(error.messages)}") from None
    # clean() looks a foreign key up and returns it; the manager wants the object.
    return field.remote_field.model(pk=value) if field.remote_field else value


def _required(dyno: Dyno, variable: str) -> str:
    value = text(dyno.vars, variable)
    if not value:
        line = assignment(dyno.vars, variable, "VALUE")
        raise StepError(f"superuser: {variable} is missing: {line}")
    return value


def _variable(field: str) -> str:
    return f"DJANGO_SUPERUSER_{field.upper()}"
