"""
What a user model requires of its superuser, from the variables of ``createsuperuser``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import (
    MultipleObjectsReturned,
    ObjectDoesNotExist,
    ValidationError,
)

from heroku_support.dyno import Dyno
from heroku_support.release.errors import StepError
from heroku_support.variables import assignment, text

# What looking for something by a text that does not name it may raise; TypeError if a natural
# key has another number of parts.
NOT_FOUND = (
    ObjectDoesNotExist,
    MultipleObjectsReturned,
    TypeError,
    ValueError,
    ValidationError,
)


# heroku config:get shows it to who needs it.
NEW_PASSWORD = "\"$(python -c 'import secrets; print(secrets.token_urlsafe(16))')\""


def variable_of(field: str) -> str:
    """
    Return the variable that gives a field its value.
    """
    return f"DJANGO_SUPERUSER_{field.upper()}"


def required(dyno: Dyno, variable: str) -> str:
    """
    Return the variable's value.

    :raises StepError: with the line that sets it, if it has none.
    """
    value = text(dyno.vars, variable)
    if not value:
        is_password = variable == variable_of("password")
        line = assignment(dyno.vars, variable, NEW_PASSWORD if is_password else "VALUE")
        raise StepError(f"superuser: {variable} is missing: {line}")
    return value


def read(dyno: Dyno, field: Any, alias: str) -> Any:
    """
    Return what ``createsuperuser`` hands to the manager for a field of the user model.

    For a foreign key that is the key, for a many-to-many field a list of keys.

    :raises StepError: if the variable is missing or makes no sense.
    """
    variable = variable_of(field.name)
    value = required(dyno, variable)
    if field.many_to_many:
        return [key.strip() for key in value.split(",")]
    try:
        key = _key(field, value, alias) if field.remote_field else value
        return field.clean(key, None)
    except ValidationError as error:
        raise StepError(f"superuser: {variable}: {' '.join(error.messages)}") from None


def related(field: Any, key: Any, alias: str) -> Any:
    """
    Return the object that a foreign key's key is of.
    """
    objects = field.remote_field.model._base_manager.using(alias)
    return objects.get(**{field.target_field.attname: key})


def _key(field: Any, value: str, alias: str) -> Any:
    tried = []
    for name, find in _ways(field, value, alias):
        tried.append(name)
        try:
            return getattr(find(), field.target_field.attname)
        except NOT_FOUND:
            continue
    kind = field.remote_field.model._meta.verbose_name
    raise ValidationError(f"no {kind} has this as its {' or '.join(tried)}.")


def _ways(
    field: Any, value: str, alias: str
) -> Iterator[tuple[str, Callable[[], Any]]]:
    remote, target = field.remote_field.model, field.target_field
    yield target.name, lambda: related(field, target.to_python(value), alias)
    manager = remote._default_manager.db_manager(alias)
    if hasattr(manager, "get_by_natural_key"):
        parts = [part.strip() for part in value.split(",")]
        yield "natural key", lambda: manager.get_by_natural_key(*parts)
    unique = [
        each.name
        for each in remote._meta.concrete_fields
        if each.unique and not each.primary_key and each != target
    ]
    if len(unique) == 1:
        objects = remote._base_manager.using(alias)
        yield unique[0], lambda: objects.get(**{unique[0]: value})
