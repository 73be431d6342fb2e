"""Sign-in at an OIDC issuer: the authorization code flow with PKCE."""

import base64
import hashlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, urlencode

from cinestats.application.access.attempt import Attempt
from cinestats.application.access.credentials import hash_secret, same_secret
from cinestats.application.access.ports import Identity, IdTokenRefused, ProviderAnswer
from cinestats.application.ports import StoreUnavailable

from .issuer_http import SECONDS, IssuerHttp, IssuerSilent, JsonObject
from .oidc import COOLDOWN_SECONDS, Algorithm, IssuerTokens, checked_subject

_WELL_KNOWN = "/.well-known/openid-configuration"
_DESCRIPTION_SECONDS = 3600
_MAX_CODE_LENGTH = 4096
_MAX_REDEEMED = 10_000
_MAX_AGE_SECONDS = 600  # of an ID token, which was made for a code that is exchanged at once
_DIGESTS = {"RS256": hashlib.sha256, "ES256": hashlib.sha256, "EdDSA": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Client:
    """How the issuer knows this server. Without a ``secret`` it is a public client.

    ``name_claim`` is the claim that is the user's name.
    """

    client_id: str
    secret: str | None
    redirect_url: str
    scopes: str
    name_claim: str
    algorithm: Algorithm


@dataclass(frozen=True, slots=True)
class _Issuer:
    """What the issuer's description says."""

    authorization: str
    token: str
    names_itself: bool
    secret_in_form: bool
    tokens: IssuerTokens


class OidcProvider:
    """Implements IdentityProvider; the issuer describes itself, and is asked once an hour."""

    def __init__(self, issuer: str, client: Client, seconds: float = SECONDS) -> None:
        self._url = issuer
        self._client = client
        self._http = IssuerHttp(issuer, seconds)
        self._lock = threading.Lock()
        self._known: _Issuer | None = None
        self._known_at = self._failed_at = -math.inf
        self._redeemed: OrderedDict[str, None] = OrderedDict()

    def address(self, attempt: Attempt) -> str:
        issuer = self._issuer()
        query = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.redirect_url,
            "scope": self._client.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in issuer.authorization else "?"
        return f"{issuer.authorization}{joint}{urlencode(query)}"

    def identity(self, answer: ProviderAnswer, attempt: Attempt) -> Identity:
        issuer = self._issuer()
        if answer.issuer != self._url and (answer.issuer is not None or issuer.names_itself):
            raise IdTokenRefused("The answer is of another issuer.")
        if answer.code is None or not 1 <= len(answer.code) <= _MAX_CODE_LENGTH:
            raise IdTokenRefused("The answer has no code.")
        self._note_redeemed(answer.code)
        given = self._exchange(issuer, answer.code, attempt)
        try:
            return self._verified(issuer, given, attempt)
        except IdTokenRefused as error:
            raise IdTokenRefused(f"The ID token does not hold: {error}.") from error

    def _exchange(self, issuer: _Issuer, code: str, attempt: Attempt) -> JsonObject:
        """What the issuer gives for a code."""
        client = self._client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_url,
            "code_verifier": attempt.verifier,
            "client_id": client.client_id,
        }
        headers: dict[str, str] = {}
        if client.secret is not None and issuer.secret_in_form:
            form["client_secret"] = client.secret
        elif client.secret is not None:
            pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        try:
            status, given = self._http.post(issuer.token, form, headers)
        except IssuerSilent as error:
            raise _unavailable(error) from error
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise StoreUnavailable("The identity provider failed; try again.")
        if status != HTTPStatus.OK:
            raise IdTokenRefused("The code was refused.")
        return given

    def _verified(self, issuer: _Issuer, given: JsonObject, attempt: Attempt) -> Identity:
        token = given.get("id_token")
        if not isinstance(token, str):
            raise IdTokenRefused("there is none")
        claims = issuer.tokens.claims(token, "iat", "nonce")
        if not _same(claims["nonce"], attempt.nonce):
            raise IdTokenRefused("its nonce is of another attempt")
        oldest = datetime.now(UTC).timestamp() - _MAX_AGE_SECONDS
        if not isinstance(claims["iat"], int | float) or claims["iat"] < oldest:
            raise IdTokenRefused("it is too old")
        # With several audiences it must say for which of them it was made.
        made_for = claims.get("azp", claims["aud"])
        if made_for not in (self._client.client_id, [self._client.client_id]):
            raise IdTokenRefused("it was made for another client")
        if "at_hash" in claims:
            self._check_access_token(claims, given.get("access_token"))
        name = claims.get(self._client.name_claim)
        subject = checked_subject(claims["sub"])
        return Identity(self._url, subject, name if isinstance(name, str) else None)

    def _check_access_token(self, claims: Mapping[str, Any], access_token: object) -> None:
        """The access token came with this ID token, which has half of its digest."""
        digest = _DIGESTS[self._client.algorithm](str(access_token).encode(errors="replace"))
        half = digest.digest()[: digest.digest_size // 2]
        if not _same(claims["at_hash"], base64.urlsafe_b64encode(half).decode().rstrip("=")):
            raise IdTokenRefused("its access token is another")

    def _issuer(self) -> _Issuer:
        """What is known of the issuer, asked for when that is too long ago."""
        with self._lock:
            now = time.monotonic()
            if self._known is not None and now - self._known_at < _DESCRIPTION_SECONDS:
                return self._known
            if now - self._failed_at < COOLDOWN_SECONDS:
                raise StoreUnavailable("The identity provider has just failed; try again.")
            try:
                self._known = self._described()
            except IssuerSilent as error:
                self._failed_at = time.monotonic()
                raise _unavailable(error) from error
            self._known_at = time.monotonic()
            return self._known

    def _described(self) -> _Issuer:
        found = self._http.get(self._url.rstrip("/") + _WELL_KNOWN)
        if found.get("issuer") != self._url:
            raise IssuerSilent("it describes another issuer")
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        known_methods = cast(list[object], methods) if isinstance(methods, list) else []
        client, keys = self._client, self._http.usable(found.get("jwks_uri"))
        names_itself = found.get("authorization_response_iss_parameter_supported") is True
        return _Issuer(
            self._http.usable(found.get("authorization_endpoint")),
            self._http.usable(found.get("token_endpoint")),
            names_itself,
            "client_secret_basic" not in known_methods,
            IssuerTokens(self._url, client.client_id, keys, client.algorithm, self._http),
        )

    def _note_redeemed(self, code: str) -> None:
        """A code counts once, also for an issuer that is less strict."""
        digest = hash_secret(code)
        with self._lock:
            if digest in self._redeemed:
                raise IdTokenRefused("The code was used before.")
            self._redeemed[digest] = None
            if len(self._redeemed) > _MAX_REDEEMED:
                self._redeemed.popitem(last=False)


def _same(claim: object, expected: str) -> bool:
    return isinstance(claim, str) and same_secret(claim, expected)


def _unavailable(error: IssuerSilent) -> StoreUnavailable:
    return StoreUnavailable(f"The identity provider cannot be used now: {error}.")
