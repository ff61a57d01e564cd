"""
What Django's check framework said of the loaded settings, as findings of the doctor.

A rule and a check that look for the same are told once. Where the rule found it in the text, at
its place; where the text does not decide, by the check. On a dyno the loaded settings are what
holds, and a rule that the check does not confirm is silent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding, Severity
from heroku_support.manifests.registry import rules

OTHER = "system-check"  # of what no rule looks for
# Of these the check knows less than the files do: the server that is run, hosts without metadata.
UNDECIDED = frozenset({"connection-asgi", "hosts-missing"})
# Of each check the rule that looks for the same, and the setting that it is about: with none,
# the one that the message begins with.
CHECKS = {
    "E001": ("database-sqlite", "DATABASES"),
    "E002": ("database-local", "DATABASES"),
    "E003": ("connection-pool", "DATABASES"),
    "E004": (OTHER, "DATABASES"),
    "E005": ("connection-cursors", "DATABASES"),
    "E006": ("session-local", "SESSION_ENGINE"),
    "E007": ("store-certificate", "CACHES"),
    "E008": ("celery-certificate", "CELERY_RESULT_BACKEND"),
    "E009": ("upload-local", "STORAGES"),
    "E010": ("static-root-missing", "STATIC_ROOT"),
    "E011": ("manifest-uncollected", "STORAGES"),
    "E012": ("hosts-missing", "ALLOWED_HOSTS"),
    "E013": ("proxy-header", "SECURE_PROXY_SSL_HEADER"),
    "E014": ("cookie-domain", "SESSION_COOKIE_DOMAIN"),
    "E015": ("geo-engine", "DATABASES"),
    "E016": (OTHER, "CACHES"),
    "E017": (OTHER, "HEROKU_SUPPORT_CHECKS"),
    "E018": (OTHER, ""),
    "W001": ("debug-on", "DEBUG"),
    "W002": (OTHER, "ALLOWED_HOSTS"),
    "W003": (OTHER, "MIDDLEWARE"),
    "W004": ("database-tls", "DATABASES"),
    "W005": ("connection-health", "DATABASES"),
    "W006": ("connection-asgi", "DATABASES"),
    "W007": ("session-local", "SESSION_ENGINE"),
    "W008": ("cache-local", "CACHES"),
    "W009": (OTHER, "CACHES"),
    "W010": ("celery-eager", "CELERY_TASK_ALWAYS_EAGER"),
    "W011": ("celery-memory", "CELERY_RESULT_BACKEND"),
    "W012": ("channels-memory", "CHANNEL_LAYERS"),
    "W013": ("search-local", "HAYSTACK_CONNECTIONS"),
    "W014": ("static-unserved", "MIDDLEWARE"),
    "W015": ("whitenoise-order", "MIDDLEWARE"),
    "W016": ("nostatic-order", "INSTALLED_APPS"),
    "W017": ("redirect-loop", "SECURE_SSL_REDIRECT"),
    "W018": ("hsts-preload", "SECURE_HSTS_PRELOAD"),
    "W019": ("log-file", "LOGGING"),
    "W020": ("log-silent", "LOGGING"),
    "W021": ("mail-local", "EMAIL_HOST"),
    "W022": ("celery-memory", "CELERY_BROKER_URL"),
    "W023": (OTHER, "ROOT_URLCONF"),
    "W024": (OTHER, ""),
    "W025": (OTHER, "DATABASES"),
    "W026": (OTHER, "DATABASES"),
    "W027": (OTHER, "HAYSTACK_CONNECTIONS"),
    "W028": (OTHER, "USE_X_FORWARDED_HOST"),
    "I001": ("hosts-any", "ALLOWED_HOSTS"),
    "I002": ("log-request-id", "LOGGING"),
    "I003": ("time-zone", "USE_TZ"),
}


@dataclass(frozen=True)
class Message:
    """
    What one check said.

    :param name: its id without the app: ``E001``.
    """

    name: str
    severity: Severity
    text: str
    hint: str


@dataclass(frozen=True)
class Checked:
    """
    What all of them said.

    :param path: of the settings module, from the project's root.
    :param on_dyno: whether they ran on one, with what is loaded there.
    """

    path: str
    messages: tuple[Message, ...] = ()
    on_dyno: bool = False

    def join(
        self, found: Collection[Finding], settings: DjangoSettings | None
    ) -> Iterator[Finding]:
        """
        Return the findings of the rules and of the checks, each thing once.
        """
        is_other = settings is not None and settings.source.path != self.path
        if is_other and not self.on_dyno:
            yield from found  # these are loaded here, and not by the dynos
            return
        said = {_rule(each) for each in self.messages}
        examined = {rule for rule, _ in CHECKS.values()} - UNDECIDED - said
        for finding in found:
            if not self.on_dyno or finding.rule not in examined:
                yield finding
        named = {finding.rule for finding in found}
        for message in self.messages:
            if _rule(message) not in named:
                yield self._finding(message, settings)

    def _finding(self, message: Message, settings: DjangoSettings | None) -> Finding:
        rule = rules()[_rule(message)]
        _, setting = CHECKS.get(message.name, (OTHER, ""))
        is_read = settings is not None and settings.source.path == self.path
        setting = setting or message.text.partition(" ")[0]
        place = settings.get(setting) if settings and is_read else None
        text = f"{message.text.rstrip('.')} (heroku_support.{message.name})"
        if place:
            return rule.finding(
                place.source,
                place.start,
                text,
                fix=message.hint,
                severity=message.severity,
            )
        return rule.at(self.path, text, fix=message.hint, severity=message.severity)


def _rule(message: Message) -> str:
    return CHECKS.get(message.name, (OTHER, ""))[0]
