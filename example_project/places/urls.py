"""
The addresses of the survey.
"""

from __future__ import annotations

from django.urls import path

from places import views

app_name = "places"
urlpatterns = [
    path("", views.place_list, name="list"),
    path("about/", views.about, name="about"),
    path("add/", views.place_add, name="add"),
    path("places/<slug:slug>/", views.place_detail, name="detail"),
]
