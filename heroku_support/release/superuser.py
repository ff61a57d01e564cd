"""
One superuser from ``DJANGO_SUPERUSER_*``: made when missing, never touched when there.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import (
    FieldDoesNotExist,
    ImproperlyConfigured,
    ValidationError,
)
from django.db import Error, IntegrityError, router, transaction

from heroku_support.conf import conf
from heroku_support.redaction import has_piece_of_secret, redact_text
from heroku_support.release.context import Release
from heroku_support.release.errors import ReleaseError, StepError
from heroku_support.release.required_fields import (
    read,
    related,
    required,
    variable_of,
)
from heroku_support.variables import removal, text

PASSWORD = "DJANGO_SUPERUSER_PASSWORD"
NOT_ASKED = (
    "skipped: a release makes it in review apps only;"
    " elsewhere: HEROKU_SUPPORT_RELEASE_SUPERUSER = True"
)
MANAGERS = (
    "https://docs.djangoproject.com/en/stable/topics/auth/customizing/"
    "#writing-a-manager-for-a-custom-user-model"
)


def ensure_superuser(
    release: Release, *, asked: bool, update_password: bool = False
) -> str:
    """
    Make the superuser if there is none of this name, and say what was done.

    :param asked: somebody asked for it by name; else it is made locally, in review apps, and
        where ``HEROKU_SUPPORT_RELEASE_SUPERUSER`` is set.
    :param update_password: give one who is there the variable's password, where it differs.
    :raises StepError: if a variable is missing, the password is too weak, or the project's
        user model refuses.
    """
    try:
        model: Any = get_user_model()
    except ImproperlyConfigured:
        return "skipped: this project has no users"
    if not asked and (reason := _reason_to_skip(release, model)):
        return reason
    try:
        return _ensure(release, model, update_password=update_password)
    except ReleaseError:
        raise
    except Exception as error:  # the project's own manager, model and validators
        # Without its chain: what is left out here stands there.
        raise StepError(f"superuser: {_reason(release, error)}") from None


def _reason_to_skip(release: Release, model: Any) -> str:
    variables = release.dyno.vars
    is_own = release.dyno.phase == "local" or release.stage == "review"
    is_wanted = is_own or conf.HEROKU_SUPPORT_RELEASE_SUPERUSER
    if not is_wanted and release.dyno.is_heroku and text(variables, PASSWORD):
        line = removal(variables, PASSWORD)
        release.warn(f"{PASSWORD} is set where no release uses it: {line}")
    variable = variable_of(model.USERNAME_FIELD)
    if not text(variables, variable):
        return f"skipped: {variable} is not set"
    return "" if is_wanted else NOT_ASKED


def _ensure(release: Release, model: Any, *, update_password: bool) -> str:
    _check(release, model)
    alias = router.db_for_write(model)
    field = model._meta.get_field(model.USERNAME_FIELD)
    name = model.normalize_username(read(release.dyno, field, alias))
    user = _find(model, alias, name)
    if user is None:
        return _make(release, model, alias, name)
    if update_password and _is_complete(user) and _update(release, user, alias):
        return f"{name} has a new password"
    return _found(user, name)


def _find(model: Any, alias: str, name: Any) -> Any:
    field = model._meta.get_field(model.USERNAME_FIELD)
    lookup = field.attname if field.remote_field else f"{field.name}__iexact"
    users = list(model._base_manager.using(alias).filter(**{lookup: name}))
    # Of ada and ADA, the one that is meant.
    users.sort(key=lambda user: getattr(user, field.attname) != name)
    return users[0] if users else None


def _is_complete(user: Any) -> bool:
    # A user model need not have these.
    return bool(
        getattr(user, "is_active", True) and getattr(user, "is_superuser", True)
    )


def _found(user: Any, name: Any) -> str:
    if _is_complete(user):
        return f"{name} exists"
    return f"{name} exists, NOT as an active superuser"


def _make(release: Release, model: Any, alias: str, name: Any) -> str:
    password = required(release.dyno, PASSWORD)
    fields = [model._meta.get_field(each) for each in model.REQUIRED_FIELDS]
    values = {field.name: read(release.dyno, field, alias) for field in fields}
    values[model.USERNAME_FIELD] = name
    _validate(release, password, _draft(model, values))
    try:
        _create(model, alias, {**values, "password": password})
    except IntegrityError:
        user = _find(model, alias, name)
        if user is None:
            raise
        return _found(user, name)  # another process was quicker
    return f"{name} made"


def _check(release: Release, model: Any) -> None:
    label = model._meta.label
    if not hasattr(model._default_manager, "create_superuser"):
        raise StepError(
            f"superuser: the manager of {label} has no create_superuser(): {MANAGERS}"
        )
    try:
        model._meta.get_field("password")
    except FieldDoesNotExist:
        line = removal(release.dyno.vars, variable_of(model.USERNAME_FIELD))
        raise StepError(f"superuser: {label} has no password to set: {line}") from None


def _draft(model: Any, values: dict[str, Any]) -> Any:
    """
    Return a user, not saved, for the validators to compare with the password.
    """
    fields = {model._meta.get_field(name): value for name, value in values.items()}
    return model(
        **{
            field.attname: value
            for field, value in fields.items()
            if not field.many_to_many
        }
    )


def _create(model: Any, alias: str, values: dict[str, Any]) -> None:
    create = model._default_manager.db_manager(alias).create_superuser
    fields = {name: model._meta.get_field(name) for name in values}
    foreign = {
        name: field
        for name, field in fields.items()
        if field.many_to_one or field.one_to_one
    }
    try:
        with transaction.atomic(using=alias):
            create(**values)
    except ValueError:
        # A manager that createsuperuser can use takes a foreign key's key; one that hands it
        # on to the model, as Django's own does, needs the object.
        if not foreign:
            raise
        objects = {
            name: related(field, values[name], alias) for name, field in foreign.items()
        }
        with transaction.atomic(using=alias):
            create(**{**values, **objects})


def _update(release: Release, user: Any, alias: str) -> bool:
    password = required(release.dyno, PASSWORD)
    if user.check_password(password):
        return False
    _validate(release, password, user)
    user.set_password(password)
    user.save(using=alias, update_fields=["password"])
    return True


def _validate(release: Release, password: str, user: Any) -> None:
    weak = []
    for validator in get_default_password_validators():
        try:
            validator.validate(password, user)
        except ValidationError as error:
            weak.append(_complaint(release, validator, error))
    if weak:
        raise StepError(f"superuser: {PASSWORD}: {' '.join(weak)}")


def _complaint(release: Release, validator: Any, error: ValidationError) -> str:
    said = " ".join(error.messages)
    # Django's own use words of the dictionary, as a weak password does, and never repeat it.
    is_djangos = type(validator).__module__.startswith("django.")
    if not is_djangos and _is_secret(release, said):
        return f"{type(validator).__name__} refuses it."
    return said


def _reason(release: Release, error: Exception) -> str:
    kind = type(error).__name__
    # A database's second line shows the row, and with it the password's hash.
    said = redact_text(next(iter(str(error).splitlines()), ""))
    if _is_secret(release, said):
        return kind
    return said if isinstance(error, Error) else f"{kind}: {said}"


def _is_secret(release: Release, said: str) -> bool:
    password = release.dyno.vars.get(PASSWORD, "")
    return has_piece_of_secret(said, {PASSWORD: password})
