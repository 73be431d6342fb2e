"""Bearer tokens of one OIDC issuer, verified with PyJWT."""

import json
import math
import time
from typing import Any, Literal

import jwt

from cinestats.application.access.ports import IdTokenRefused
from cinestats.application.ports import StoreUnavailable

Algorithm = Literal["RS256", "ES256", "EdDSA"]

_LEEWAY_SECONDS = 30  # between the issuer's clock and ours
_KEYS_SECONDS = 300
_FETCH_SECONDS = 5
_COOLDOWN_SECONDS = 30  # anybody can make up tokens of keys that nobody has


class _Keys(jwt.PyJWKClient):
    """The issuer's keys; an issuer that failed is not asked again at once.

    The library waits between two fetches only after one that went well, and others wait for
    each fetch: while the issuer is down, made-up tokens would hold up every request.
    """

    _failed_at = -math.inf

    def fetch_data(self) -> Any:
        if time.monotonic() - self._failed_at < _COOLDOWN_SECONDS:
            raise jwt.PyJWKClientConnectionError("The issuer has just failed to answer.")
        try:
            return super().fetch_data()
        except (jwt.PyJWKClientError, jwt.PyJWKSetError, json.JSONDecodeError):
            self._failed_at = time.monotonic()
            raise


class OidcVerifier:
    """Implements IdTokenVerifier.

    ``algorithm`` is what the issuer signs with. What a token says of its algorithm is never
    believed, else it could be unsigned, or signed with the public key as a password.
    """

    def __init__(self, issuer: str, audience: str, jwks_url: str, algorithm: Algorithm) -> None:
        self._issuer = issuer
        self._audience = audience
        self._algorithm = algorithm
        self._keys = _Keys(
            jwks_url,
            lifespan=_KEYS_SECONDS,
            timeout=_FETCH_SECONDS,
            cooldown_duration=_COOLDOWN_SECONDS,
        )

    def subject(self, token: str) -> str:
        """As the port says; raises StoreUnavailable when there is no way to the keys."""
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[self._algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWKClientConnectionError, json.JSONDecodeError) as error:
            raise StoreUnavailable("The issuer's keys cannot be fetched; try again.") from error
        except jwt.PyJWTError as error:
            reason = str(error).rstrip(".")
            raise IdTokenRefused(f"The bearer token does not hold: {reason}.") from error
        except (UnicodeEncodeError, RecursionError) as error:  # JSON that is nested too deep
            raise IdTokenRefused("The bearer token does not hold: it is no token.") from error
        return str(claims["sub"])
