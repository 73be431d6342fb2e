"""Tokens of one OIDC issuer, verified with PyJWT."""

import math
import time
from collections.abc import Mapping
from typing import Any, Literal

import jwt

from cinestats.application.access.ports import IdTokenRefused
from cinestats.application.ports import StoreUnavailable

from .issuer_http import IssuerHttp, IssuerSilent

Algorithm = Literal["RS256", "ES256", "EdDSA"]

_LEEWAY_SECONDS = 30  # between the issuer's clock and ours
_KEYS_SECONDS = 300
COOLDOWN_SECONDS = 30  # anybody can make up tokens of keys that nobody has
_MAX_SUBJECT_LENGTH = 255  # OpenID Connect's own bound


class _Keys(jwt.PyJWKClient):
    """The issuer's keys; an issuer that failed is not asked again at once.

    The library waits between two fetches only after one that went well, and others wait for
    each fetch: while the issuer is down, made-up tokens would hold up every request. Nor does
    it bound what it reads.
    """

    _failed_at = -math.inf

    def __init__(self, url: str, http: IssuerHttp) -> None:
        super().__init__(url, lifespan=_KEYS_SECONDS, cooldown_duration=COOLDOWN_SECONDS)
        self._http = http

    def fetch_data(self) -> Any:
        if time.monotonic() - self._failed_at < COOLDOWN_SECONDS:
            raise jwt.PyJWKClientConnectionError("The issuer has just failed to answer.")
        try:
            found = dict(self._http.get(self.uri))
            jwt.PyJWKSet.from_dict(found)  # else the library would keep what holds no keys
        except (IssuerSilent, jwt.PyJWKSetError) as error:
            self._failed_at = time.monotonic()
            raise jwt.PyJWKClientConnectionError(str(error)) from error
        self._last_successful_fetch = time.monotonic()  # as the library's own does
        return found


class IssuerTokens:
    """Verifies tokens of ``issuer`` for ``audience`` with the keys at ``keys_url``.

    ``algorithm`` is what the issuer signs with. What a token says of its algorithm is never
    believed, else it could be unsigned, or signed with the public key as a password.
    """

    def __init__(
        self, issuer: str, audience: str, keys_url: str, algorithm: Algorithm, http: IssuerHttp
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._algorithm = algorithm
        self._keys = _Keys(keys_url, http)

    def claims(self, token: str, *required: str) -> Mapping[str, Any]:
        """What a token says, with the ``required`` claims at least.

        Raises IdTokenRefused with the reason, StoreUnavailable when there is no way to the
        keys.
        """
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[self._algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub", *required]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise StoreUnavailable("The issuer's keys cannot be fetched; try again.") from error
        except jwt.PyJWTError as error:
            raise IdTokenRefused(str(error).rstrip(".")) from error
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            # Claims of another type, an endless number, JSON that is nested too deep.
            raise IdTokenRefused("it is no token") from error
        return claims


class OidcVerifier:
    """Implements IdTokenVerifier: bearer tokens that programs show."""

    def __init__(self, issuer: str, audience: str, jwks_url: str, algorithm: Algorithm) -> None:
        self.issuer = issuer
        http = IssuerHttp(jwks_url)
        self._tokens = IssuerTokens(issuer, audience, jwks_url, algorithm, http)

    def subject(self, token: str) -> str:
        """As the port says; raises StoreUnavailable when there is no way to the keys."""
        try:
            return str(self._tokens.claims(token)["sub"])
        except IdTokenRefused as error:
            raise IdTokenRefused(f"The bearer token does not hold: {error}.") from error


def checked_subject(subject: object) -> str:
    """A subject as OpenID Connect has it. Raises IdTokenRefused."""
    if (
        not isinstance(subject, str)
        or not 1 <= len(subject) <= _MAX_SUBJECT_LENGTH
        or not (subject.isascii() and subject.isprintable())
        or subject != " ".join(subject.split())
    ):
        raise IdTokenRefused("its subject is none")
    return subject
