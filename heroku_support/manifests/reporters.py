"""
Findings as a person reads them, and as programs do; no reporter knows a rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any
from urllib.parse import quote

from heroku_support.manifests.doctor import Diagnosis
from heroku_support.manifests.findings import DOCS, SEVERITIES, Finding
from heroku_support.manifests.registry import rules
from heroku_support.manifests.source import visible

COLORS = {"error": "31;1", "warning": "33;1", "info": "36", "dim": "2", "caret": "32;1"}
SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
WIDEST = 160  # characters of a line that are shown
LONGEST = 10_000  # characters of a line that is looked through for secrets


def as_text(diagnosis: Diagnosis, *, color: bool = False) -> str:
    """
    Return what a person reads: each finding with its line, a caret and what mends it.
    """
    blocks = [_block(diagnosis, each, color) for each in diagnosis.findings]
    return "\n\n".join([*blocks, _summary(diagnosis)]) + "\n"


def as_json(diagnosis: Diagnosis) -> str:
    """
    Return the findings for a program.
    """
    findings = [
        {**each.as_dict(), "message": message, "fix": fix}
        for each, message, fix in _shown(diagnosis)
    ]
    tree = {"target": diagnosis.target.name, "findings": findings}
    return json.dumps(tree, indent=2) + "\n"


def as_github(diagnosis: Diagnosis) -> str:
    """
    Return the findings as GitHub Actions shows them beside the changed lines.

    docs.github.com, "Workflow commands": error, warning and notice.
    """
    lines = []
    for each, message, fix in _shown(diagnosis):
        command = "notice" if each.severity == "info" else each.severity
        place = f"file={_property(each.path)},line={each.line},col={each.column}"
        title = f"title={_property(each.rule)}"
        text = _escaped(f"{message}. {fix}")
        lines.append(f"::{command} {place},{title}::{text}\n")
    return "".join(lines)


def as_sarif(diagnosis: Diagnosis) -> str:
    """
    Return the findings in the Static Analysis Results Interchange Format 2.1.0.
    """
    named = sorted({each.rule for each in diagnosis.findings})
    driver = {
        "name": "heroku_doctor",
        "version": metadata.version("django-heroku-support"),
        "informationUri": DOCS,
        "rules": [_sarif_rule(diagnosis, name) for name in named],
    }
    results = [
        _sarif_result(each, f"{message}. {fix}", named.index(each.rule))
        for each, message, fix in _shown(diagnosis)
    ]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    tree = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(tree, indent=2) + "\n"


REPORTERS: dict[str, Callable[[Diagnosis], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _shown(diagnosis: Diagnosis) -> Iterator[tuple[Finding, str, str]]:
    for each in diagnosis.findings:
        hide = diagnosis.redactor.text
        fix = "\n".join(map(visible, hide(each.fix).split("\n")))
        yield each, visible(hide(each.message)), fix


def _block(diagnosis: Diagnosis, finding: Finding, color: bool) -> str:
    hide = diagnosis.redactor.text
    place = f"{visible(finding.path)}:{finding.line}:{finding.column}"
    label = _paint(f"{finding.severity} {finding.rule}", finding.severity, color)
    lines = [f"{place}: {label}: {visible(hide(finding.message))}"]
    lines += _excerpt(diagnosis, finding, color)
    lines += [f"    {visible(line)}" for line in hide(finding.fix).split("\n")]
    lines.append(_paint(f"    {finding.url}", "dim", color))
    return "\n".join(lines)


def _excerpt(diagnosis: Diagnosis, finding: Finding, color: bool) -> list[str]:
    source = diagnosis.project.read(finding.path)
    text = source.line(finding.line) if source else ""
    if not text.strip() or len(text) > LONGEST:
        return []
    shown = _plain(diagnosis, text)
    before = _plain(diagnosis, text[: finding.column - 1])
    number = str(finding.line)
    cut = max(0, len(before) - WIDEST // 2) if len(shown) > WIDEST else 0
    caret = " " * (len(before) - cut) + _paint("^", "caret", color)
    return [
        f"    {number} | {shown[cut : cut + WIDEST]}",
        f"    {' ' * len(number)} | {caret}",
    ]


def _plain(diagnosis: Diagnosis, text: str) -> str:
    return visible(diagnosis.redactor.text(text).replace("\t", "    "))


def _summary(diagnosis: Diagnosis) -> str:
    target = diagnosis.target
    counts = [
        f"{count} {_word(severity, count)}"
        for severity in SEVERITIES
        if (count := diagnosis.count(severity))
    ]
    found = ", ".join(counts) or "Nothing found"
    ignored = f", {diagnosis.ignored} ignored" if diagnosis.ignored else ""
    return f"{found}{ignored}. Target: {target.name} ({target.why})."


def _word(severity: str, count: int) -> str:
    if severity == "info":
        return "advice"
    return f"{severity}s" if count > 1 else severity


def _paint(text: str, name: str, color: bool) -> str:
    return f"\033[{COLORS[name]}m{text}\033[0m" if color else text


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _sarif_rule(diagnosis: Diagnosis, name: str) -> dict[str, Any]:
    rule = rules()[name]
    (first, *_) = [each for each in diagnosis.findings if each.rule == name]
    summary, _, reason = rule.page.partition("\n\n")
    return {
        "id": name,
        "shortDescription": {"text": " ".join(summary.split())},
        "helpUri": first.url,
        "help": {"text": reason or summary, "markdown": reason or summary},
        "defaultConfiguration": {"level": SARIF_LEVELS[rule.severity]},
    }


def _sarif_result(finding: Finding, text: str, index: int) -> dict[str, Any]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    place = {"uri": quote(finding.path), "uriBaseId": "%SRCROOT%"}
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [
            {"physicalLocation": {"artifactLocation": place, "region": region}}
        ],
    }
