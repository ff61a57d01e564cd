"""
Let django-on-heroku write into the settings, as its README says.
"""

from __future__ import annotations

import os
from pathlib import Path

import django_on_heroku

from settings_modules import startproject

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DEBUG", "").lower() == "true"
INSTALLED_APPS = ["whitenoise.runserver_nostatic", *startproject.INSTALLED_APPS]
MIDDLEWARE = startproject.MIDDLEWARE

django_on_heroku.settings(locals())
