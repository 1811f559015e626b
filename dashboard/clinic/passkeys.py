"""Passkeys (W3C Web Authentication, level 2, 2021): made and checked by the webauthn library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

Json = dict[str, Any]
# A passkey is the only thing that is asked for, so the person has to be there and be known to it.
_VERIFIED = UserVerificationRequirement.REQUIRED
_BROKEN = (WebAuthnException, KeyError, TypeError, ValueError, AttributeError)


class Passkeys:
    """Of one address. ``host``: as browsers know it, without a port; ``origin``: with both."""

    def __init__(self, host: str, origin: str, clinic: str) -> None:
        self._host = host
        self._origin = origin
        self._clinic = clinic

    def wanted(self, member: str, name: str, known: Sequence[str], challenge: bytes) -> Json:
        """What a browser needs to make one. ``known``: ids of those that are there already."""
        options = webauthn.generate_registration_options(
            rp_id=self._host,
            rp_name=f"biocoach {self._clinic}",
            user_id=member.encode(),
            user_name=name,
            challenge=challenge,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
        )
        return _json(options)

    def made(self, told: Json, challenge: bytes) -> Json | None:
        """What is kept of one that a browser made; None: it is not what was asked for."""
        try:
            found = webauthn.verify_registration_response(
                credential=told,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _BROKEN:
            return None
        return {
            "passkey": bytes_to_base64url(found.credential_id),
            "key": bytes_to_base64url(found.credential_public_key),
            "count": found.sign_count,
        }

    def asked(self, challenge: bytes) -> Json:
        """What a browser needs to sign in: of anybody, so that no name is told to strangers."""
        return _json(
            webauthn.generate_authentication_options(
                rp_id=self._host, challenge=challenge, user_verification=_VERIFIED
            )
        )

    def shown(self, told: Json, kept: Json, challenge: bytes) -> int | None:
        """The passkey's counter after it signed; None: it did not."""
        try:
            found = webauthn.verify_authentication_response(
                credential=told,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=base64url_to_bytes(kept["key"]),
                credential_current_sign_count=kept["count"],
                require_user_verification=True,
            )
        except _BROKEN:
            return None
        return found.new_sign_count


def id_of(told: Json) -> str:
    """The id that a browser's answer names; "" where it names none."""
    found = told.get("id")
    return found if isinstance(found, str) and found.isascii() else ""  # base64url


def _json(options: Any) -> Json:
    found: Json = json.loads(webauthn.options_to_json(options))
    return found
