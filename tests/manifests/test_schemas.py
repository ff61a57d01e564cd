"""
The JSON Schemas for editors agree with the rules.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import heroku_support.manifests
from heroku_support.manifests.registry import rules
from tests.manifests.examples import files

SCHEMAS = Path(heroku_support.manifests.__file__).parent / "schemas"
NAMES = {"heroku.yml": "heroku.yml.schema.json", "app.json": "app.schema.json"}
# What a schema can say of these.
HEROKU_YML = """addon-alias addon-plan build-missing build-nested key-outside key-unknown
    config-shape config-quotes heroku-yml-empty release-command section-nested
    section-unknown value-shape build-legacy""".split()
APP_JSON = """app-key-unknown app-value-shape buildpack-shape env-generator env-key-unknown
    env-required env-value formation-quantity script-shape script-unknown
    size-retired""".split()


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / NAMES[name]).read_text())
    return jsonschema.Draft202012Validator(schema)


def read(name: str, text: str) -> Any:
    # Texts as they are written, but for what YAML takes for something else.
    return yaml.safe_load(text) if name == "heroku.yml" else json.loads(text)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_schema_is_one(name: str):
    jsonschema.Draft202012Validator.check_schema(validator(name).schema)


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("rule", sorted(rules()))
def test_what_the_rules_recommend_is_valid(rule: str, name: str):
    text = files(rule, "After").get(name)

    assert text is None or list(validator(name).iter_errors(read(name, text))) == []


@pytest.mark.parametrize(
    ("rule", "name"),
    [(rule, "heroku.yml") for rule in HEROKU_YML]
    + [(rule, "app.json") for rule in APP_JSON],
)
def test_what_a_rule_finds_is_invalid(rule: str, name: str):
    text = files(rule, "Before")[name]

    assert not validator(name).is_valid(read(name, text))
