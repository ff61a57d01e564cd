"""
How each dependency manager installs: into an image, and in a workflow.

The versions are those of heroku-buildpack-python v351.
"""

from __future__ import annotations

UV, POETRY, PIPENV = "uv==0.12.5", "poetry==2.4.1", "pipenv==2026.7.1"
DOCTOR = "'django-heroku-support[doctor]'"

# How each manager installs into /venv, in an image.
IMAGE_INSTALL = {
    "pip": """\
COPY requirements*.txt ./
RUN pip install --no-cache-dir -r requirements.txt
""",
    "uv": f"""\
COPY pyproject.toml uv.lock ./
RUN /usr/local/bin/pip install --no-cache-dir {UV} \\
    && UV_PROJECT_ENVIRONMENT=/venv /usr/local/bin/uv sync --locked --no-default-groups --no-install-project
""",
    "poetry": f"""\
COPY pyproject.toml poetry.lock ./
RUN /usr/local/bin/pip install --no-cache-dir {POETRY} \\
    && VIRTUAL_ENV=/venv /usr/local/bin/poetry sync --only main --no-root --no-cache
""",
    "pipenv": f"""\
COPY Pipfile Pipfile.lock ./
RUN /usr/local/bin/pip install --no-cache-dir {PIPENV} \\
    && VIRTUAL_ENV=/venv /usr/local/bin/pipenv sync
""",
}
# And in a workflow, for all steps behind.
WORKFLOW_INSTALL = {
    "pip": ["pip install -r requirements.txt {tests}{doctor}"],
    "uv": [
        f"pipx install {UV}",
        "uv sync --locked",
        "uv pip install {doctor}",
        'echo "$PWD/.venv/bin" >> "$GITHUB_PATH"',
    ],
    "poetry": [
        f"pipx install {POETRY}",
        "poetry config virtualenvs.in-project true",
        "poetry sync --no-root",
        "poetry run pip install {doctor}",
        'echo "$PWD/.venv/bin" >> "$GITHUB_PATH"',
    ],
    "pipenv": [
        f"pipx install {PIPENV}",
        "pipenv sync --dev --system",
        "pip install {doctor}",
    ],
}
