"""
Users with an address for a name, and with relations that are required.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

LABEL = "people"  # said, as no settings of ours have this app from the beginning


class OfficeManager(models.Manager["Office"]):
    def get_by_natural_key(self, country: str, town: str) -> Office:
        return self.get(country=country, town=town)


class Office(models.Model):
    """
    Has a natural key of two parts, and no field that is unique.
    """

    country = models.CharField(max_length=2)
    town = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)

    objects = OfficeManager()

    class Meta:
        app_label = LABEL


class Team(models.Model):
    """
    Has one unique field, and no natural key.
    """

    name = models.CharField(max_length=20, unique=True)
    motto = models.CharField(max_length=20, default="")

    class Meta:
        app_label = LABEL


class MemberManager(BaseUserManager["Member"]):
    """
    Hands on what it gets, as Django's ``UserManager`` does.
    """

    def create_superuser(self, email: str, password: str, **fields: Any) -> Member:
        member = self.model(email=self.normalize_email(email), **fields)
        member.is_superuser = True
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """
    Is named by an address, in an office and a team.
    """

    email = models.EmailField(unique=True)
    office = models.ForeignKey(
        Office, models.CASCADE, limit_choices_to={"is_open": True}
    )
    team = models.ForeignKey(Team, models.CASCADE, to_field="name")
    is_superuser = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["office", "team"]
    objects = MemberManager()

    class Meta:
        app_label = LABEL


class GuestManager(BaseUserManager["Guest"]):
    """
    Takes keys, as Django's own documentation of ``REQUIRED_FIELDS`` asks.
    """

    def create_superuser(
        self, host: int, office: int, teams: list[str], password: str
    ) -> Guest:
        guest = self.model(host_id=host, office_id=office)
        guest.set_password(password)
        guest.save(using=self._db)
        guest.teams.set(teams)
        return guest


class Guest(AbstractBaseUser):
    """
    Is named by a team, of which there is one guest; has no flag of a superuser.
    """

    host = models.OneToOneField(Team, models.CASCADE)
    office = models.ForeignKey(Office, models.CASCADE)
    teams = models.ManyToManyField(Team, related_name="guests")

    USERNAME_FIELD = "host"
    REQUIRED_FIELDS = ["office", "teams"]
    objects = GuestManager()

    class Meta:
        app_label = LABEL


class Badge(models.Model):
    """
    A user model for another way to sign in.
    """

    number = models.CharField(max_length=20, unique=True)

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        app_label = LABEL


class Machine(models.Model):
    """
    A user model that can be given a superuser, who needs no password.
    """

    number = models.CharField(max_length=20, unique=True)

    USERNAME_FIELD = "number"
    REQUIRED_FIELDS: list[str] = []
    objects = MemberManager()

    class Meta:
        app_label = LABEL


MODELS = (Office, Team, Member, Guest, Badge, Machine)
