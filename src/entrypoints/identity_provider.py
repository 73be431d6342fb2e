"""What the settings say of an identity provider: its bearer tokens, and signing in there."""

from urllib.parse import urlsplit

from cinestats.adapters.environment import safe_url
from cinestats.application.access.ports import IdentityProvider, IdTokenVerifier
from cinestats.domain.errors import InvalidInput

from .settings import Settings

CALLBACK = "/session/oidc/callback"


def id_token_verifier(settings: Settings) -> IdTokenVerifier | None:
    """The verifier of programs' bearer tokens; None where no audience is set."""
    given = {
        "CINESTATS_OIDC_ISSUER": settings.oidc_issuer,
        "CINESTATS_OIDC_AUDIENCE": settings.oidc_audience,
        "CINESTATS_OIDC_JWKS_URL": settings.oidc_jwks_url,
    }
    for_pages = settings.oidc_client_id and not (
        settings.oidc_audience or settings.oidc_jwks_url
    )
    if for_pages or not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            raise InvalidInput(name, "is missing: the issuer's settings belong together")
    from cinestats.adapters.oidc import OidcVerifier  # PyJWT, with its cryptography

    issuer, audience, jwks_url = (str(value) for value in given.values())
    return OidcVerifier(issuer, audience, jwks_url, settings.oidc_algorithm)


def identity_provider(settings: Settings) -> IdentityProvider | None:
    """The issuer at which users sign in; None where no client id is set.

    Raises InvalidInput for a setting that is missing, or an issuer that cannot be asked.
    """
    if not settings.oidc_client_id or settings.access == "home":
        return None
    if not settings.oidc_issuer:
        raise InvalidInput("CINESTATS_OIDC_ISSUER", "is missing: the client id is of an issuer")
    if not settings.public_url:
        raise InvalidInput(
            "CINESTATS_PUBLIC_URL", "is missing: the identity provider sends users back there"
        )
    try:
        safe_url(settings.oidc_issuer)
    except ValueError as error:
        raise InvalidInput("CINESTATS_OIDC_ISSUER", str(error)) from error
    from cinestats.adapters.oidc_provider import Client, OidcProvider  # PyJWT, as above

    secret = settings.oidc_client_secret
    client = Client(
        settings.oidc_client_id,
        None if secret is None else secret.get_secret_value(),
        settings.public_url + CALLBACK,
        settings.oidc_scopes,
        settings.oidc_name_claim,
        settings.oidc_algorithm,
    )
    return OidcProvider(settings.oidc_issuer, client)


def provider_label(settings: Settings) -> str:
    """What the pages call the identity provider."""
    return settings.oidc_label or urlsplit(settings.oidc_issuer or "").hostname or ""
