"""
Uploads in an S3 bucket: Bucketeer, Cloudcube or one's own, through django-storages.
"""

from __future__ import annotations

from string import ascii_letters, digits
from typing import TYPE_CHECKING, Any

from heroku_support import addons, service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL, is_local

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import StorageSettings

EXTRA = "django-heroku-support[storages]"
S3 = "storages.backends.s3.S3Storage"

# Both add-ons let anybody read what is below this folder, and nothing else (Dev Center,
# "Bucketeer", "Cloudcube": public files).
PUBLIC_FOLDER = "public"

# Cloudcube has no variable for it; without it, signed URLs are refused outside of us-east-1.
CLOUDCUBE_REGIONS = {
    "cloud-cube": "us-east-1",
    "cloud-cube-us2": "us-east-1",
    "cloud-cube-eu": "eu-west-1",
    "cloud-cube-eu2": "eu-west-1",
    "cloud-cube-jp": "ap-northeast-1",
}
CLOUDCUBE_EXAMPLE = "https://cloud-cube.s3.amazonaws.com/CUBE"

# django-storages' own settings, as variables, and the options that they become.
S3_OPTIONS = {
    "AWS_LOCATION": "location",
    "AWS_S3_ADDRESSING_STYLE": "addressing_style",
    "AWS_S3_CUSTOM_DOMAIN": "custom_domain",
    "AWS_S3_ENDPOINT_URL": "endpoint_url",
}
STYLES = ("", "auto", "path", "virtual")
# In the name of a bucket, old ones included, and of a region.
ALLOWED = frozenset(ascii_letters + digits + "-._")
REGIONS = ("AWS_S3_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION")


def uploads(record: Record, variable: str, *, public: bool) -> StorageSettings:
    """
    Return the entry ``default`` of ``STORAGES``, empty where a library is missing.

    :param variable: the one that says there is a bucket.
    :param public: anybody may read the files, under URLs that never expire.
    """
    for library in ("storages", "boto3"):
        if not record.has_library(variable, library, EXTRA):
            return {}
    options: dict[str, Any] = {
        **_bucket(record, variable, public),
        # None: nothing is sent. S3 keeps files private, and refuses any list of rights in
        # buckets made since April 2023 (S3 User Guide, "Controlling ownership of objects").
        "default_acl": None,
        # A second picture of the same name gets another one.
        "file_overwrite": False,
        "querystring_auth": not public,
        # The older one is refused by buckets made since 24 June 2020.
        "signature_version": "s3v4",
    }
    return {"BACKEND": S3, "OPTIONS": options}


def _bucket(record: Record, variable: str, public: bool) -> dict[str, str]:
    if variable in addons.BUCKETEER:
        return _bucketeer(record, public)
    if variable in addons.CLOUDCUBE:
        return _cloudcube(record, public)
    return _own(record)


def _bucketeer(record: Record, public: bool) -> dict[str, str]:
    bucket, *keys = addons.BUCKETEER
    record.complete(bucket, *keys)
    return _filled(
        bucket_name=variables.text(record.dyno.vars, bucket),
        region_name=variables.text(record.dyno.vars, "BUCKETEER_AWS_REGION"),
        location=PUBLIC_FOLDER if public else "",
        **_keys(record, keys),
    )


def _cloudcube(record: Record, public: bool) -> dict[str, str]:
    variable, *keys = addons.CLOUDCUBE
    record.complete(variable, *keys)
    bucket, region, cube = _cube(record, variable)
    return _filled(
        bucket_name=bucket,
        region_name=region,
        location=f"{cube}/{PUBLIC_FOLDER}" if cube and public else cube,
        **_keys(record, keys),
    )


def _cube(record: Record, variable: str) -> tuple[str, str, str]:
    nothing = "", "", ""
    if not variables.text(record.dyno.vars, variable):
        return nothing

    def read() -> tuple[str, str, str]:
        return _split(service_url.parse(variables.text(record.dyno.vars, variable)))

    fix = record.assignment(variable, CLOUDCUBE_EXAMPLE)
    return record.attempt_url(variable, fix, read) or nothing


def _split(url: ServiceURL) -> tuple[str, str, str]:
    # https://BUCKET.s3.amazonaws.com/CUBE, or with .s3.REGION.
    bucket, *rest = url.host.split(".")
    if not (bucket and rest[:1] == ["s3"] and rest[-2:] == ["amazonaws", "com"]):
        raise ServiceURLError("names no bucket of S3: its host must be BUCKET.s3.….")
    if not url.path.strip("/"):
        raise ServiceURLError("names no cube: it must end in /CUBE.")
    region = rest[1] if len(rest) == 4 else CLOUDCUBE_REGIONS.get(bucket, "")
    return bucket, region, url.path.strip("/")


def _own(record: Record) -> dict[str, str]:
    bucket, *keys = *addons.S3, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
    record.complete(bucket, *keys)
    _examine_bucket(record)
    _examine_endpoint(record)
    _examine_domain(record)
    region = addons.first(record.dyno.vars, REGIONS)
    found = {
        option: variables.text(record.dyno.vars, variable)
        for variable, option in S3_OPTIONS.items()
    }
    # django-storages refuses a folder that begins at the root, and puts "/" after a domain.
    found["location"] = found["location"].strip("/")
    found["custom_domain"] = found["custom_domain"].rstrip("/")
    return _filled(
        bucket_name=variables.text(record.dyno.vars, bucket),
        region_name=variables.text(record.dyno.vars, region) if region else "",
        **_keys(record, keys),
        **found,
    )


def _examine_bucket(record: Record) -> None:
    (variable,) = addons.S3
    bucket = variables.text(record.dyno.vars, variable)
    # An access point has its own form: arn:aws:s3:….
    if not (bucket.startswith("arn:") or ALLOWED.issuperset(bucket)):
        reason = "is no name of a bucket: it has neither scheme nor quotes nor slashes."
        record.problem(variable, reason, record.assignment(variable, "BUCKET"))
    region = addons.first(record.dyno.vars, REGIONS)
    if region and not ALLOWED.issuperset(variables.text(record.dyno.vars, region)):
        line = record.assignment(region, "eu-west-1")
        record.problem(region, "is no region: it is a word like eu-west-1.", line)
    variable = "AWS_S3_ADDRESSING_STYLE"
    if variables.text(record.dyno.vars, variable) not in STYLES:
        line = record.assignment(variable, "virtual")
        record.problem(variable, "is none of: auto, path, virtual.", line)


def _examine_endpoint(record: Record) -> None:
    variable = "AWS_S3_ENDPOINT_URL"
    if not variables.text(record.dyno.vars, variable):
        return

    def read() -> None:
        url = service_url.parse(variables.text(record.dyno.vars, variable))
        if url.scheme not in ("http", "https") or not url.host:
            raise ServiceURLError("is no URL that begins with https:// and a host.")
        in_clear = url.scheme == "http" and not is_local(url.host)
        if in_clear and record.dyno.is_heroku:
            raise ServiceURLError("is http: files would travel in clear.")
        (bucket,) = addons.S3
        if url.path and url.path == variables.text(record.dyno.vars, bucket):
            raise ServiceURLError(
                f"ends in the bucket, which {bucket} names: leave it out."
            )

    record.attempt_url(variable, record.assignment(variable, "https://HOST"), read)


def _examine_domain(record: Record) -> None:
    variable = "AWS_S3_CUSTOM_DOMAIN"
    if "://" in variables.text(record.dyno.vars, variable):
        reason = "has a scheme, which a domain has not."
        record.problem(variable, reason, record.assignment(variable, "cdn.example.com"))


def _keys(record: Record, names: list[str]) -> dict[str, str]:
    # Last, when no problem is left to report: an error's report shows local variables.
    access_key, secret_key = names
    return {
        "access_key": variables.text(record.dyno.vars, access_key),
        "secret_key": variables.text(record.dyno.vars, secret_key),
    }


def _filled(**options: str) -> dict[str, str]:
    return {name: value for name, value in options.items() if value}
