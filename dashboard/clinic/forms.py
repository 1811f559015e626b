"""What the clinic's page may send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dashboard.wire import Form

Code = Annotated[str, Field(min_length=1, max_length=100)]
Called = Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
Password = Annotated[str, Field(max_length=1000)]
Totp = Annotated[str, Field(max_length=12)]
Secret = Annotated[str, Field(pattern=r"^[A-Z2-7]{32}$")]
PasskeyAnswer = dict[str, Any]  # what a browser made; the library looks at every part of it


class CodeForm(Form):
    code: Code


class EnrolPasskeyForm(Form):
    code: Code
    challenge: Code
    passkey: PasskeyAnswer


class EnrolPasswordForm(Form):
    code: Code
    name: Called
    password: Password
    secret: Secret
    totp: Totp


class PasskeyForm(Form):
    challenge: Code
    passkey: PasskeyAnswer


class PasswordForm(Form):
    name: Called
    password: Password
    totp: Totp


class CalledForm(Form):
    """What somebody or something is to be called."""

    name: Called


class NewMemberForm(Form):
    name: Called
    roles: Annotated[
        list[Literal["therapist", "supervisor", "admin"]], Field(min_length=1, max_length=3)
    ]


class AssignForm(Form):
    member: Id
    yes: bool


class SuperviseForm(Form):
    supervisor: Id
    yes: bool


class SureForm(Form):
    """``sure`` is typed by the person."""

    sure: Literal["erase"]
