"""
Django's reports of exceptions, without secrets: the page with DEBUG, and the mail to ADMINS.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.defaultfilters import pprint
from django.utils import log
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.views import debug

if TYPE_CHECKING:
    from logging import LogRecord
    from types import FrameType

    from django.http import HttpRequest

    from heroku_support.redaction import Redactor

logger = logging.getLogger(__name__)

# What loops everywhere call the key of a mapping.
EVERYDAY_NAMES = frozenset({"key", "keys"})
# What else is text of the application's own making.
TEXTS = ("exception_value", "exception_notes", "request_insecure_uri")


class ReporterFilter(debug.SafeExceptionReporterFilter):
    """
    Hide settings, parts of the request and local variables: by their names, the passwords of
    URLs by their shape, and the values of secret config vars wherever they stand.

    With DEBUG as well. For ``DEFAULT_EXCEPTION_REPORTER_FILTER``.
    """

    cleansed_substitute = "***"  # as redaction has it, which only a report imports

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """
        Return a setting, a header or a cookie as it may be shown.
        """
        return _shown(str(key), super().cleanse_setting(key, value))

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        """
        Return the form as it may be shown.
        """
        posted = super().get_post_parameters(request)
        return _multiple(posted) if isinstance(posted, MultiValueDict) else posted

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> Any:
        """
        Return a frame's local variables as they may be shown.
        """
        return [
            (name, _shown("" if name in EVERYDAY_NAMES else name, value))
            for name, value in super().get_traceback_frame_variables(request, tb_frame)
        ]


class ExceptionReporter(debug.ExceptionReporter):
    """
    Hide secrets in the rest of a report: what the exception and its causes say, the query,
    the lines of source.

    For ``DEFAULT_EXCEPTION_REPORTER``.
    """

    def get_traceback_data(self) -> dict[str, Any]:
        """
        Return what the report is made from.
        """
        data = super().get_traceback_data()
        undecoded = getattr(self.exc_value, "object", "")
        if data["unicode_hint"] and _redactor().value("", undecoded) != undecoded:
            data["unicode_hint"] = self.filter.cleansed_substitute
        if self.request is not None:
            data["request_GET_items"] = list(_multiple(self.request.GET).items())
        for name in TEXTS:
            if data.get(name):
                data[name] = _redactor().text(str(data[name]))
        return data

    def get_traceback_html(self) -> SafeString:
        """
        Return the page.
        """
        return SafeString(_redactor().page(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        """
        Return the text.
        """
        return SafeString(_redactor().text(super().get_traceback_text()))


class AdminEmailHandler(log.AdminEmailHandler):
    """
    Hide secrets in what the log record itself says: the subject and the text of the mail.

    For ``LOGGING``.
    """

    def emit(self, record: LogRecord) -> None:
        """
        Mail it, if there is anybody to; a mail that cannot be sent is a line in the log.
        """
        # Django's own shortcut is for its own class only; of a mail that failed there is no mail.
        if not settings.ADMINS or record.name == __name__:
            return
        try:
            super().emit(record)
        except Exception as error:
            # Django 6.1 with MAILERS raises it where the error was logged.
            from heroku_support.redaction import one_line  # here: most send nothing

            why = _redactor().text(one_line(error))
            logger.warning("No mail to ADMINS: %s: %s", type(error).__name__, why)

    def send_mail(self, subject: Any, message: Any, *args: Any, **kwargs: Any) -> None:
        """
        Send it.
        """
        hidden = _redactor()
        super().send_mail(
            hidden.text(str(subject)), hidden.text(str(message)), *args, **kwargs
        )


class _Shown:
    """
    What stands for an object in a report.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _redactor() -> Redactor:
    from heroku_support.scrubbing import redactor  # here: most processes report nothing

    return redactor()


def _shown(name: str, value: Any) -> Any:
    hidden = _redactor()
    value = hidden.value(name, value)
    # An object of any class may show a URL.
    text = pprint(value)
    cleaned = hidden.text(text)
    return value if cleaned == text else _Shown(cleaned)


def _multiple(values: MultiValueDict[str, Any]) -> MultiValueDict[str, Any]:
    return MultiValueDict(
        {
            name: [_redactor().value(name, value) for value in found]
            for name, found in values.lists()
        }
    )
