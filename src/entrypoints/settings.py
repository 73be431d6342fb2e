"""Settings, from the environment: each is ``CINESTATS_`` and its name in capitals."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import NoDecode

from cinestats.adapters.environment import EnvironmentSettings
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.mongo.settings import MongoSettings
from cinestats.domain.errors import InvalidInput

MIN_TOKEN_LENGTH = 16


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"is no zone such as Europe/Rome: {name!r}") from error
    return name


def _origin(url: str) -> str:
    """The URL as browsers tell an origin: no slash at its end, nor its scheme's own port."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or url.rstrip("/").lower() != origin.lower()
    ):
        raise ValueError(f"is no address such as https://films.example.org: {url!r}")
    default_port = ":443" if parts.scheme == "https" else ":80"
    return origin.lower().removesuffix(default_port)


def _safe_url(url: str) -> str:
    """A URL whose answer nobody on the way can change."""
    parts = urlsplit(url)
    at_home = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or parts.scheme not in (("http", "https") if at_home else ("https",)):
        raise ValueError(f"must begin with https://, not {url!r}")
    return url


def _good_token(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if len(text) < MIN_TOKEN_LENGTH or not all("!" <= character <= "~" for character in text):
        raise ValueError(f"must be {MIN_TOKEN_LENGTH} or more printable ASCII characters")
    return token


def _network_list(value: object) -> object:
    """What the environment has as one text."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise ValueError(f"is no address or network such as 10.0.0.0/8: {text!r}") from error


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "cinestats"


class Settings(KafkaSettings, MongoSettings):
    """What can be set. Times in seconds; ``partitions`` is that of a log when it is made.

    ``backlog_limit`` is how many events may wait for the relay before the server refuses
    more. ``metrics_port`` is where relay and consumer show their metrics; nowhere by default.

    ``access`` is who may see what: at ``home`` whoever has ``token`` sees every diary, on a
    ``server`` each user has an account. ``public_url`` is the address that users type;
    ``registration`` says whether they may make accounts themselves. Bearer tokens of
    ``oidc_issuer`` for ``oidc_audience`` are accepted where they are signed with
    ``oidc_algorithm`` by a key that is found at ``oidc_jwks_url``. ``trusted_proxies`` are
    addresses and networks, separated by commas, whose word about the caller's address is
    believed.

    ``rate_limit_per_minute`` is how often whoever is signed in may ask, and ten times as often
    as others; the owner of a home is not limited.

    ``webhook_private_addresses`` is whether webhooks may lead to this machine and its network:
    unless it is set, at home they may.
    """

    backend: Literal["embedded", "distributed", "memory"] = "embedded"
    data_dir: Path = Field(default_factory=_default_data_dir)
    timezone: Annotated[str, AfterValidator(_zone_name)] = "Europe/Rome"
    partitions: int = Field(default=4, ge=1, le=1024)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trends_trigger_seconds: float = Field(default=120, gt=0)
    backlog_limit: int = Field(default=1_000_000, ge=1)
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    log_format: Literal["text", "json"] = "text"
    access: Literal["home", "server"] = "home"
    token: Annotated[SecretStr, AfterValidator(_good_token)] | None = None
    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    registration: Literal["closed", "open"] = "closed"
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_jwks_url: Annotated[str, AfterValidator(_safe_url)] | None = None
    oidc_algorithm: Literal["RS256", "ES256", "EdDSA"] = "RS256"
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_network)], ...],
        NoDecode,
        BeforeValidator(_network_list),
    ] = ()
    rate_limit_per_minute: int = Field(default=6000, ge=10)
    webhook_private_addresses: bool | None = None


_Settings = TypeVar("_Settings", bound=EnvironmentSettings)


def read_environment(kind: type[_Settings]) -> _Settings:
    """Settings of this process; raises InvalidInput that names the variable."""
    try:
        return kind()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CINESTATS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidInput(name, first["msg"].removeprefix("Value error, ")) from error


def load_settings() -> Settings:
    """The settings of this process; raises InvalidInput that names the variable."""
    return read_environment(Settings)
