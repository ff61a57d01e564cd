"""
The catalogue of what is known to go wrong on Heroku: which rule sees it, or why none can.

P is about Procfiles, Y heroku.yml, A app.json, D Dockerfiles, V versions of Python, R packages,
S Django's settings, X how files agree, and L what only Heroku's API could tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from heroku_support.manifests.registry import rules

RULES = """
P001 process-file-missing
P002 file-misspelt process-file-missing
P003 byte-order-mark utf-16
P004 merge-marker
P005 crlf
P010 colon-missing
P011 leading-space
P012 space-before-colon
P013 space-after-colon
P014 command-empty
P015 name-characters
P016 name-underscore
P017 name-upper-case
P018 name-hyphen
P019 process-duplicate
P021 dash-typographic
P022 name-long
P030 runserver
P031 migrate-in-web
P032 collectstatic-late
P033 makemigrations
P034 port-fixed
P035 bind-loopback
P036 port-missing
P037 reload
P038 background-process
P039 port-percent
P040 celery-order
P041 beat-in-worker
P042 beat-schedule-file
P043 dependency-missing dependency-group
P044 wsgi-missing
P045 release-missing
P046 release-semicolon
P047 script-missing script-not-executable script-shebang script-line-ends
P048 runner-missing
P050 web-missing
P051 broker-missing
P052 timeout-long
P053 keep-alive-short
P054 graceful-timeout-long
Y001 yaml-syntax yaml-alias item-continued
Y002 heroku-yml-empty
Y003 yaml-duplicate-key
Y010 build-missing
Y011 build-nested section-nested
Y012 key-outside
Y013 section-unknown
Y014 key-unknown
Y015 value-shape config-shape
Y016 addon-plan
Y017 addon-alias
Y020 dockerfile-path dockerfile-missing
Y021 stage-unknown
Y022 image-missing
Y023 image-unknown
Y024 release-command release-image
Y025 web-missing
Y026 command-items
Y027 command-text
Y030 config-quotes
Y031 config-secret
Y032 build-argument
Y033 build-secret
Y034 build-legacy
Y035 setup-once
Y036 procfile-unused
Y037 stack-container
Y038 config-port
Y039 runserver port-fixed port-missing bind-loopback reload
Y040 dockerfile-word
Y041 setup-plan
A001 json-syntax
A002 json-duplicate-key
A003 app-key-unknown
A010 buildpack-shape
A011 app-value-shape
A012 app-value-shape
A013 formation-quantity
A014 size-retired
A015 size-unknown
A020 env-value
A021 env-required
A022 env-key-unknown
A023 env-generator
A024 env-generator-value
A025 env-secret
A026 env-secret-key
A027 env-debug
A028 collectstatic-disabled
A029 env-addon
A030 env-buildpack-url
A031 env-undeclared
A040 plan-retired
A041 addon-retired
A042 buildpack-git
A043 buildpack-alias
A044 buildpack-exporter
A045 buildpack-twice
A046 buildpack-order
A047 geo-buildpack-missing buildpack-order
A048 geo-buildpack-retired
A049 buildpacks-ignored
A050 stack-retired
A051 stack-retired
A052 script-shape
A053 script-unknown
A054 postdeploy-migrates
A055 test-script-missing
A056 test-database
A057 app-ci-json
A058 formation-unknown formation-missing
A059 test-sqlite
D001 command-missing
D002 exec-port
D003 port-fixed
D004 expose
D005 volume healthcheck
D006 user-root
D007 base-user
D008 base-retired base-floating python-ended
D009 build-variable
D010 dockerignore-missing
D011 gdal-missing
D012 script-not-executable script-line-ends
D013 entrypoint-arguments
D014 image-secret
D016 proxy-untrusted
D017 platform-arm
V001 version-syntax
V002 version-count
V003 byte-order-mark utf-16
V004 file-misspelt
V005 version-unsupported
V006 version-pinned
V007 runtime-txt
V008 version-missing
V009 version-disagrees
V010 django-python
R001 lock-several
R002 lock-missing file-misspelt needed-ignored
R003 lock-missing
R004 lock-stale
R005 dependency-group
R006 requirement-local requirement-impossible
R007 celery-metadata
R008 sqlite-old
R009 gdal-version
R010 requirement-abandoned
R011 psycopg-database
R012 venv-committed
R013 file-committed
R014 development-requirement
R015 requirement-unpinned
R016 package-missing
R017 manage-py-deep
S001 database-sqlite
S002 database-local
S003 database-tls
S005 connection-health
S006 connection-asgi
S007 connection-pool
S008 connection-cursors
S009 connection-age
S010 cache-local
S011 session-local
S012 upload-local storage-ignored storage-missing
S013 static-root-missing
S014 static-unserved whitenoise-order nostatic-order
S015 manifest-uncollected
S016 hosts-any
S017 hosts-missing
S018 redirect-loop
S019 proxy-header
S021 secret-key settings-secret
S022 debug-text debug-on
S023 cookie-domain
S024 hsts-preload
S025 log-file
S026 log-silent
S027 mail-local
S028 celery-certificate
S029 store-certificate
S031 celery-eager celery-memory
S032 channels-memory
S033 geo-engine
S034 geo-library
S035 time-zone
S036 dyno-metadata
S037 search-local
S004 connection-limit
S030 connection-limit
S040 log-request-id
S041 ci-dyno
S042 build-variable
S043 settings-development
X001 stack-container procfile-unused
X002 formation-unknown formation-missing
X003 postdeploy-migrates
X004 addon-unlisted broker-missing
X005 needed-ignored exclude-needed
X006 bind-twice
L007 server-version connection-limit
"""
UNDECIDED = {
    "D015": "whether somebody wants heroku ps:exec stands in no file",
    "S020": "whether another proxy stands before the app is not in its files",
    "S038": "how long a request works is in no setting",
    "S039": "whether preboot is on is known to Heroku alone",
    "L001": "the stack of the last build is known to Heroku alone",
    "L002": "buildpacks that were added by the client stand in no file",
    "L003": "config vars that are set stand in no file",
    "L004": "how many dynos run stands in no file",
    "L005": "the DNS of a domain stands in no file",
    "L006": "the state of a certificate stands in no file",
}
# What the catalogue does not name, and a file showed.
MORE = """
copy-missing copy-stage instruction-unknown host-missing asgi-worker command-quoted venv-program application-path
env-name image-shape name-characters stack-unknown template extra-missing unreadable
toml-syntax toml-schema-version toml-key-unknown toml-value-shape include-and-exclude
exclude-slash group-buildpack build-env-refused
settings-syntax system-check
apt-package apt-line-ends aptfile-unread slugignore-negated
extension-missing eviction-policy migration-unsafe pooler-cursors server-unreachable tls-level tls-missing
"""
NUMBERS = {
    "P": [*range(1, 6), *range(10, 20), 21, 22, *range(30, 49), *range(50, 55)],
    "Y": [*range(1, 4), *range(10, 18), *range(20, 28), *range(30, 42)],
    "A": [*range(1, 4), *range(10, 16), *range(20, 32), *range(40, 60)],
    "D": [*range(1, 18)],
    "V": [*range(1, 11)],
    "R": [*range(1, 18)],
    "S": [*range(1, 44)],
    "X": [*range(1, 7)],
    "L": [*range(1, 8)],
}


def catalogue() -> Iterator[tuple[str, list[str]]]:
    for line in RULES.strip().splitlines():
        number, *names = line.split()
        yield number, names


def named(lines: Iterable[tuple[str, list[str]]]) -> set[str]:
    return {name for _, names in lines for name in names}


def test_every_fault_has_a_rule_or_a_reason():
    known = [number for number, names in catalogue() if names]
    expected = [f"{kind}{each:03}" for kind, all_ in NUMBERS.items() for each in all_]

    assert sorted([*known, *UNDECIDED]) == sorted(expected)


def test_every_rule_that_is_named_exists():
    assert named(catalogue()) | set(MORE.split()) <= rules().keys()


def test_every_rule_is_named():
    assert rules().keys() <= named(catalogue()) | set(MORE.split())
