"""
Uploads: which bucket, private unless asked otherwise, and there and back.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

import pytest

from heroku_support.errors import ConfigError
from heroku_support.settings.media import CLOUDCUBE_REGIONS, S3
from heroku_support.settings.staticfiles import FILES, MANIFEST
from tests.processes import Project
from tests.servers.s3 import S3Server, s3_server
from tests.settings.places import EVERYWHERE, LOCAL, WEB, heroku, problem_of

CANARY = "c4n4ryc4n4ry"
SECRET = f"{CANARY}+/secret"
BUCKETEER = {
    "BUCKETEER_AWS_ACCESS_KEY_ID": "AKIA0",
    "BUCKETEER_AWS_SECRET_ACCESS_KEY": SECRET,
    "BUCKETEER_AWS_REGION": "eu-west-1",
    "BUCKETEER_BUCKET_NAME": "bucketeer-0a1b",
}
CLOUDCUBE = {
    "CLOUDCUBE_ACCESS_KEY_ID": "AKIA0",
    "CLOUDCUBE_SECRET_ACCESS_KEY": SECRET,
    "CLOUDCUBE_URL": "https://cloud-cube-eu2.s3.amazonaws.com/mycube",
}
OWN = {
    "AWS_ACCESS_KEY_ID": "AKIA0",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_STORAGE_BUCKET_NAME": "shop",
}
PROVIDERS = [BUCKETEER, CLOUDCUBE, OWN]
NAMES = ["bucketeer", "cloudcube", "own"]
KEYS = {"access_key": "AKIA0", "secret_key": SECRET}
ALWAYS = {
    "default_acl": None,
    "file_overwrite": False,
    "signature_version": "s3v4",
}


def default(variables, *, public=False, environ=WEB):
    return heroku(environ, **variables).storages(public=public)["default"]


def options(variables, **arguments):
    entry = default(variables, **arguments)
    assert entry["BACKEND"] == S3
    return entry["OPTIONS"]


def locals_of(error):
    """
    What a report of an error shows of the functions of this package.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    inside = [each for each in frames if "heroku_support" in each.f_code.co_filename]
    shown = [each.f_locals for each in inside if "settings" in each.f_code.co_filename]
    return repr(shown)


def without(variables, name):
    return {key: value for key, value in variables.items() if key != name}


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_files_of_the_dyno_are_the_default(environ):
    assert default({}, environ=environ) == {"BACKEND": FILES}


def test_why_says_that_a_dynos_files_are_lost():
    settings = heroku(WEB)
    settings.storages()

    assert "lost" in settings.decisions[0].why


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("variables", PROVIDERS, ids=NAMES)
def test_bucket_holds_uploads_everywhere_and_whitenoise_static_files(
    variables, environ
):
    value = heroku(environ, **variables).storages()

    assert value["default"]["BACKEND"] == S3
    assert value["staticfiles"]["BACKEND"] != S3


def test_bucketeer():
    assert options(BUCKETEER) == {
        **KEYS,
        **ALWAYS,
        "bucket_name": "bucketeer-0a1b",
        "region_name": "eu-west-1",
        "querystring_auth": True,
    }


def test_cloudcube():
    assert options(CLOUDCUBE) == {
        **KEYS,
        **ALWAYS,
        "bucket_name": "cloud-cube-eu2",
        "region_name": "eu-west-1",
        "location": "mycube",
        "querystring_auth": True,
    }


def test_own_bucket():
    assert options(OWN) == {
        **KEYS,
        **ALWAYS,
        "bucket_name": "shop",
        "querystring_auth": True,
    }


def test_own_bucket_with_all_that_can_be_said_of_it():
    more = {
        "AWS_S3_ENDPOINT_URL": "https://s3.example.com",
        "AWS_S3_CUSTOM_DOMAIN": "cdn.example.com",
        "AWS_S3_ADDRESSING_STYLE": "path",
        "AWS_LOCATION": "media",
        "AWS_S3_REGION_NAME": "eu-central-1",
        "AWS_REGION": "us-east-1",
    }

    assert (
        options({**OWN, **more}).items()
        >= {
            "endpoint_url": "https://s3.example.com",
            "custom_domain": "cdn.example.com",
            "addressing_style": "path",
            "location": "media",
            "region_name": "eu-central-1",
        }.items()
    )


@pytest.mark.parametrize(
    ("variables", "location"),
    [(BUCKETEER, "public"), (CLOUDCUBE, "mycube/public"), (OWN, None)],
    ids=NAMES,
)
def test_public_files_are_where_the_add_on_lets_anybody_read(variables, location):
    found = options(variables, public=True)

    assert found.get("location") == location
    assert found["querystring_auth"] is False


@pytest.mark.parametrize(("bucket", "region"), CLOUDCUBE_REGIONS.items())
def test_region_of_a_cube_is_that_of_its_bucket(bucket, region):
    url = f"https://{bucket}.s3.amazonaws.com/mycube"

    assert options({**CLOUDCUBE, "CLOUDCUBE_URL": url})["region_name"] == region


def test_region_of_a_cube_is_the_urls_where_it_has_one():
    url = "https://cloud-cube-9.s3.eu-north-1.amazonaws.com/mycube"

    assert options({**CLOUDCUBE, "CLOUDCUBE_URL": url})["region_name"] == "eu-north-1"


def test_region_of_an_unknown_cube_is_left_to_boto():
    url = "https://cloud-cube-9.s3.amazonaws.com/mycube"

    assert "region_name" not in options({**CLOUDCUBE, "CLOUDCUBE_URL": url})


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        (variables, name)
        for variables in PROVIDERS
        for name in variables
        if name not in ("BUCKETEER_AWS_REGION", "AWS_STORAGE_BUCKET_NAME")
    ],
)
def test_what_is_missing_is_a_problem_that_names_it(variables, missing):
    settings = heroku(WEB, **without(variables, missing))

    with pytest.raises(ConfigError) as caught:
        settings.storages()

    assert [problem.variable for problem in caught.value.problems] == [missing]
    assert CANARY not in locals_of(caught.value)


@pytest.mark.parametrize("variables", PROVIDERS, ids=NAMES)
def test_all_that_is_missing_is_said_at_once(variables):
    names = [name for name in variables if name != "BUCKETEER_AWS_REGION"]
    first = "AWS_STORAGE_BUCKET_NAME" if variables is OWN else names[0]
    with pytest.raises(ConfigError) as caught, heroku(WEB, **{first: "x"}) as settings:
        settings.storages()

    found = {problem.variable for problem in caught.value.problems}
    assert found == set(names) - {first}


def test_keys_alone_are_no_bucket():
    # AWS has more services than this one.
    keys = without(OWN, "AWS_STORAGE_BUCKET_NAME")

    assert default(keys) == {"BACKEND": FILES}


def test_what_somebody_has_set_goes_before_an_add_on():
    assert options({**BUCKETEER, **CLOUDCUBE, **OWN})["bucket_name"] == "shop"


@pytest.mark.parametrize(
    "url",
    [
        f"https://u:{CANARY}@example.com/mycube",
        f"https://{CANARY}.s3.amazonaws.com",
        f"https://{CANARY}.s3.amazonaws.com/",
        f"https://{CANARY}.s3.example.com/mycube",
        "https://.s3.amazonaws.com/mycube",
        CANARY,
    ],
)
def test_malformed_cube_is_a_problem_that_shows_nothing_of_it(url):
    with pytest.raises(ConfigError) as caught:
        default({**CLOUDCUBE, "CLOUDCUBE_URL": url})

    assert caught.value.problems[0].variable == "CLOUDCUBE_URL"
    assert CANARY not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_malformed_cube_leaves_a_storage_in_a_with_block():
    variables = {**CLOUDCUBE, "CLOUDCUBE_URL": CANARY}
    with pytest.raises(ConfigError), heroku(WEB, **variables) as settings:
        value = settings.storages()

    assert value["default"] == {
        "BACKEND": S3,
        "OPTIONS": {**KEYS, **ALWAYS, "querystring_auth": True},
    }


@pytest.mark.parametrize(
    "url",
    [
        "s3.example.com",
        "ftp://s3.example.com",
        "https:///path",
        "http://s3.example.com",
        f"https://u:{CANARY}%@s3.example.com",
    ],
)
def test_malformed_endpoint_is_a_problem(url):
    with pytest.raises(ConfigError) as caught:
        default({**OWN, "AWS_S3_ENDPOINT_URL": url})

    assert caught.value.problems[0].variable == "AWS_S3_ENDPOINT_URL"
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "environ"),
    [
        ("http://minio:9000", WEB),
        ("http://s3.example.com", LOCAL),
        ("https://s3.example.com", WEB),
    ],
)
def test_endpoint_may_be_http_where_nobody_listens(url, environ):
    found = options({**OWN, "AWS_S3_ENDPOINT_URL": url}, environ=environ)

    assert found["endpoint_url"] == url


def test_endpoint_may_have_a_path_but_not_the_buckets():
    url = "https://project.supabase.co/storage/v1/s3"
    settings = heroku(WEB, **OWN, AWS_S3_ENDPOINT_URL="https://r2.example.com/shop")

    assert options({**OWN, "AWS_S3_ENDPOINT_URL": url})["endpoint_url"] == url
    assert "AWS_STORAGE_BUCKET_NAME" in problem_of(settings.storages).reason


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_STORAGE_BUCKET_NAME", "s3://bucket"),
        ("AWS_STORAGE_BUCKET_NAME", '"bucket"'),
        ("AWS_STORAGE_BUCKET_NAME", "bucket/folder"),
        ("AWS_S3_REGION_NAME", "EU (Ireland)"),
        ("AWS_DEFAULT_REGION", '"eu-west-1"'),
        ("AWS_S3_ADDRESSING_STYLE", "Path"),
    ],
)
def test_what_boto_would_refuse_at_the_first_upload_is_a_problem(variable, value):
    settings = heroku(WEB, **{**OWN, variable: value})

    assert problem_of(settings.storages).variable == variable


def test_bucket_may_be_an_access_point():
    name = "arn:aws:s3:eu-west-1:123456789012:accesspoint/shop"

    found = options({**OWN, "AWS_STORAGE_BUCKET_NAME": name})
    assert found["bucket_name"] == name


def test_domain_has_no_slash_at_its_end():
    found = options({**OWN, "AWS_S3_CUSTOM_DOMAIN": "cdn.example.com/media/"})

    assert found["custom_domain"] == "cdn.example.com/media"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, True),
        ({"AWS_S3_REGION_NAME": "eu-west-1"}, False),
        ({"AWS_S3_ENDPOINT_URL": "https://s3.example.com"}, False),
    ],
)
def test_decision_says_that_a_bucket_has_no_region(variables, said):
    settings = heroku(WEB, **OWN, **variables)
    settings.storages()

    words = "no region: signed URLs are good in us-east-1 only"
    assert (words in settings.decisions[-1].why) is said


def test_domain_with_a_scheme_is_a_problem():
    settings = heroku(WEB, **OWN, AWS_S3_CUSTOM_DOMAIN="https://cdn.example.com")

    assert problem_of(settings.storages).variable == "AWS_S3_CUSTOM_DOMAIN"


@pytest.mark.parametrize("library", ["storages", "boto3"])
@pytest.mark.parametrize("variables", PROVIDERS, ids=NAMES)
def test_missing_library_is_a_problem_with_the_line_that_installs_it(
    monkeypatch, variables, library
):
    monkeypatch.setitem(sys.modules, library, None)

    problem = problem_of(heroku(WEB, **variables).storages)

    assert library in problem.reason
    line = "echo 'django-heroku-support[storages]' >> requirements.txt"
    assert problem.fix == line


def test_missing_library_leaves_a_storage_in_a_with_block(monkeypatch):
    monkeypatch.setitem(sys.modules, "storages", None)

    with pytest.raises(ConfigError), heroku(WEB, **OWN) as settings:
        value = settings.storages()

    assert value["default"] == {"BACKEND": FILES}
    assert value["staticfiles"] == {"BACKEND": MANIFEST}


@pytest.mark.parametrize("variables", PROVIDERS, ids=NAMES)
def test_no_decision_shows_a_secret(variables):
    settings = heroku(WEB, **variables)
    settings.storages()

    assert CANARY not in repr(settings.decisions)


SETTINGS = """
from heroku_support import Heroku
with Heroku() as heroku:
    STORAGES = heroku.storages({})
"""
UPLOAD = """
import json
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
first = default_storage.save("photo.txt", ContentFile(b"first"))
second = default_storage.save("photo.txt", ContentFile(b"second"))
url = default_storage.url(first)
read = default_storage.open(first).read().decode()
print(json.dumps({"names": [first, second], "url": url, "read": read}))
"""


@pytest.fixture
def s3():
    with s3_server() as server:
        yield server


def upload(directory: Path, server: S3Server, variables, arguments=""):
    """
    Upload two files of one name in a process of its own, and return what it says.
    """
    (directory / "settings.py").write_text(SETTINGS.format(arguments))
    endpoint = {
        # Ours for one's own bucket; boto3's for what an add-on gives, which has none.
        "AWS_S3_ENDPOINT_URL": server.url,
        "AWS_ENDPOINT_URL_S3": server.url,
    }
    environ = {**WEB, "DJANGO_SETTINGS_MODULE": "settings", **endpoint, **variables}
    done = Project(directory).run(sys.executable, "-c", UPLOAD, **environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("variables", "bucket", "folder"),
    [
        (BUCKETEER, "bucketeer-0a1b", ""),
        (CLOUDCUBE, "cloud-cube-eu2", "mycube/"),
        (OWN, "shop", ""),
    ],
    ids=NAMES,
)
def test_uploaded_file_comes_back_by_its_signed_url_only(
    tmp_path, s3, variables, bucket, folder
):
    s3.create_bucket(bucket)

    uploaded = upload(tmp_path, s3, variables)
    first, second = uploaded["names"]
    plain, _, query = uploaded["url"].partition("?")

    assert (first, uploaded["read"]) == ("photo.txt", "first")
    assert second != first
    assert plain == f"{s3.url}/{bucket}/{folder}photo.txt"
    assert "X-Amz-Signature=" in query
    assert s3.get(uploaded["url"]) == (200, b"first")
    assert s3.get(plain)[0] == 403


@pytest.mark.parametrize(
    ("variables", "bucket", "folder"),
    [
        (BUCKETEER, "bucketeer-0a1b", "public"),
        (CLOUDCUBE, "cloud-cube-eu2", "mycube/public"),
    ],
    ids=NAMES[:2],
)
def test_public_file_is_for_anybody(tmp_path, s3, variables, bucket, folder):
    s3.create_bucket(bucket, public=folder)

    url = upload(tmp_path, s3, variables, "public=True")["url"]

    assert url == f"{s3.url}/{bucket}/{folder}/photo.txt"
    assert s3.get(url) == (200, b"first")


@pytest.mark.parametrize("location", ["media", "/media/", "/media"])
def test_folder_does_not_begin_at_the_root(location):
    settings = heroku(WEB, **OWN, AWS_LOCATION=location)

    assert settings.storages()["default"]["OPTIONS"]["location"] == "media"
