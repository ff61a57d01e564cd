"""
Which config vars carry which service; where several do, the first that is set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from heroku_support.variables import text

DATABASE = "DATABASE_URL"
# Server-side pooling (Dev Center, "Server-Side Connection Pooling for Heroku Postgres"):
# pg:connection-pooling:attach … --as DATABASE_CONNECTION_POOL.
DATABASE_CONNECTION_POOL = "DATABASE_CONNECTION_POOL_URL"
POOL_SUFFIX = "_CONNECTION_POOL_URL"
# The alias of the database itself where `default` goes through its pooler.
DIRECT = "direct"
# HEROKU_POSTGRESQL_<COLOUR>_URL, one for each attached database and follower.
POSTGRES_PREFIX, POSTGRES_SUFFIX = "HEROKU_POSTGRESQL_", "_URL"
# Of the JVM buildpacks, for each of them (heroku/buildpacks-jvm, jvm_env_vars_for_env).
JDBC_SUFFIX = "_JDBC_URL"

# Older plans have a plain REDIS_URL and the same store behind TLS beside it
# (Dev Center, "Heroku Key-Value Store"). The others are the names that apps with Redis Cloud,
# Stackhero and Memetria read (public code on GitHub).
# A second store is HEROKU_REDIS_<COLOUR>_URL: `heroku redis:promote` makes it REDIS_URL.
KEY_VALUE_STORE = (
    "REDIS_TLS_URL",
    "REDIS_URL",
    "REDISCLOUD_URL",
    "STACKHERO_REDIS_URL_TLS",
    "MEMETRIA_REDIS_URL",
)
# Dev Center, "MemCachier" and "Memcached Cloud"; …_USERNAME and …_PASSWORD stand beside it.
MEMCACHED_SERVERS = ("MEMCACHIER_SERVERS", "MEMCACHEDCLOUD_SERVERS")

# Websolr gives the whole URL of a Solr core, http or https, whose path is the key to it
# (Websolr's documentation, "Websolr Advanced Auth": "Setting your URL").
SOLR = ("WEBSOLR_URL",)
# Bonsai: https://USER:PASSWORD@HOST (docs.bonsai.io, "Heroku"). SearchBox has the same cluster
# behind TLS in a variable of its own (public code that cites Dev Center, "SearchBox").
ELASTICSEARCH = ("BONSAI_URL", "SEARCHBOX_SSL_URL", "SEARCHBOX_URL")
SEARCH = SOLR + ELASTICSEARCH

# One's own bucket, by the names that django-storages gives its settings.
S3 = ("AWS_STORAGE_BUCKET_NAME",)
# Public code that cites Dev Center, "Bucketeer".
BUCKETEER = (
    "BUCKETEER_BUCKET_NAME",
    "BUCKETEER_AWS_ACCESS_KEY_ID",
    "BUCKETEER_AWS_SECRET_ACCESS_KEY",
)
# Dev Center, "Cloudcube".
CLOUDCUBE = (
    "CLOUDCUBE_URL",
    "CLOUDCUBE_ACCESS_KEY_ID",
    "CLOUDCUBE_SECRET_ACCESS_KEY",
)
# What somebody has set by hand goes before what an add-on has set.
MEDIA = S3 + BUCKETEER + CLOUDCUBE

# django-environ and dj-email-url call it so.
SMTP = "EMAIL_URL"
# The add-on's, as public code reads them; older ones have a user and a password.
SENDGRID_KEY = ("SENDGRID_API_KEY",)
SENDGRID = ("SENDGRID_USERNAME", "SENDGRID_PASSWORD")
# The add-on's, as public code reads them (django-herokuify's documentation).
MAILGUN = ("MAILGUN_SMTP_LOGIN", "MAILGUN_SMTP_PASSWORD")
# Dev Center, "Postmark", and what Postmark's own "Get started" calls it; the add-on is gone
# since 30 June 2017 and its users have an account of their own. Older ones had …_API_KEY.
POSTMARK = ("POSTMARK_SERVER_TOKEN", "POSTMARK_API_TOKEN", "POSTMARK_API_KEY")
# Public code that cites Dev Center, "Mailtrap".
MAILTRAP = ("MAILTRAP_API_TOKEN",)

# The add-on's, and Sentry's own name for it.
SENTRY = "SENTRY_DSN"

# RabbitMQ: CloudAMQP (Dev Center, "CloudAMQP"; read by spring-cloud-heroku-connector as well)
# and Stackhero, whose URL for TLS this is (as public projects read it).
AMQP = ("CLOUDAMQP_URL", "STACKHERO_RABBITMQ_AMQP_URL_TLS")


def first(variables: Mapping[str, str], names: Sequence[str]) -> str | None:
    """
    Return the name of the first variable that is set and not blank.
    """
    return next((name for name in names if text(variables, name)), None)


def colour(variable: str) -> str:
    """
    Return the alias of the database that an attached database's variable names, else "".
    """
    if not variable.startswith(POSTGRES_PREFIX) or variable.endswith(JDBC_SUFFIX):
        return ""
    name, suffix, rest = variable[len(POSTGRES_PREFIX) :].rpartition(POSTGRES_SUFFIX)
    return name.lower() if suffix and not rest else ""
