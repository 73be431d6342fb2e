"""Settings, from the environment: each is ``CINESTATS_`` and its name in capitals."""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import NoDecode

from cinestats.adapters.environment import EnvironmentSettings, listed, safe_url, zone_name
from cinestats.adapters.kafka.settings import KafkaSettings
from cinestats.adapters.mongo.settings import MongoSettings
from cinestats.adapters.sources.settings import SourceSettings
from cinestats.domain.errors import InvalidInput

MIN_TOKEN_LENGTH = 16


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


def _scopes(text: str) -> str:
    if "openid" not in text.split() or not (text.isascii() and text.isprintable()):
        raise ValueError(f"must be words with spaces between them, openid among them: {text!r}")
    return " ".join(text.split())


def _good_token(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if len(text) < MIN_TOKEN_LENGTH or not all("!" <= character <= "~" for character in text):
        raise ValueError(f"must be {MIN_TOKEN_LENGTH} or more printable ASCII characters")
    return token


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise ValueError(f"is no address or network such as 10.0.0.0/8: {text!r}") from error


_Networks = tuple[Annotated[str, AfterValidator(_network)], ...]


def _default_data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "cinestats"


class Settings(KafkaSettings, MongoSettings, SourceSettings):
    """What can be set; docs/reference/settings.md is made from what stands below each."""

    backend: Literal["embedded", "distributed", "memory"] = "embedded"
    """Where the data lies: `embedded` in SQLite files, `distributed` in Kafka and MongoDB;
    `memory` keeps nothing."""
    data_dir: Path = Field(default_factory=_default_data_dir)
    """The folder of the SQLite files; under `XDG_DATA_HOME` where that is set."""
    backup_dir: Path | None = None
    """A folder to which `serve` saves everything once a day; embedded only. Best on another
    disk."""
    backup_keep: int = Field(default=7, ge=1)
    """How many of these backups are kept."""
    timezone: Annotated[str, AfterValidator(zone_name)] = "Europe/Rome"
    """The zone that says which day a moment belongs to."""
    partitions: int = Field(default=4, ge=1, le=1024)
    """Partitions of the log and of the topic. Read when the log is made, and fixed from then
    on; the embedded engine has one."""
    foreign_log: Literal["on", "off"] = "on"
    """What becomes of a topic that another application fills: `on` takes its records into the
    log, `off` only counts them."""
    foreign_unknown: Literal["count", "park"] = "count"
    """With that log: whether a record that deletes, rates or corrects a play that the diary
    does not hold counts as it was published, or is parked."""
    host: str = "127.0.0.1"
    """The address that `serve` listens on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port of `serve`; 0 is any free port."""
    import_memory_mib: int = Field(default=400, ge=128)
    """The memory, in MiB, that an import of `serve` may take; two go on at once. Linux only."""
    trends_trigger_seconds: float = Field(default=120, gt=0)
    """How often the trends are renewed."""
    backlog_limit: int = Field(default=1_000_000, ge=1)
    """Events that may wait for the relay; beyond it writes get 503."""
    metrics_host: str = "127.0.0.1"
    """The address on which `relay` and `consume` show their metrics."""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """The port of these metrics; without it they are not shown."""
    log_format: Literal["text", "json"] = "text"
    """How `serve` logs; `json` is one object a line. `relay` and `consume` always log JSON."""
    access: Literal["home", "server"] = "home"
    """At `home` whoever has the token sees every diary; on a `server` each user has an account,
    made by `cinestats user add`."""
    token: Annotated[SecretStr, AfterValidator(_good_token)] | None = None
    """At home: the token that opens the pages; made at the first start unless it is set. 16 or
    more printable ASCII characters."""
    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    """On a server: the address that users type, such as `https://films.example.org`."""
    registration: Literal["closed", "open"] = "closed"
    """On a server: whether users may make accounts themselves."""
    oidc_issuer: str | None = None
    """The identity provider (OIDC issuer), for users who sign in there and for programs."""
    oidc_client_id: str | None = None
    """On a server: how the issuer knows it; then the pages have a button to sign in there."""
    oidc_client_secret: SecretStr | None = None
    """The secret that the issuer gave for it; without one this server is a public client."""
    oidc_scopes: Annotated[str, AfterValidator(_scopes)] = "openid profile"
    """What the issuer is asked for, with spaces between."""
    oidc_name_claim: str = "preferred_username"
    """The claim that becomes the name of a new account."""
    oidc_label: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    """What the button calls the issuer; its host unless it is set."""
    oidc_registration: Literal["closed", "open"] = "closed"
    """Whether who signs in there first gets a new account."""
    oidc_audience: str | None = None
    """For programs: the audience that the issuer's tokens must name."""
    oidc_jwks_url: Annotated[str, AfterValidator(safe_url)] | None = None
    """For programs: where the issuer's keys are found; HTTPS."""
    oidc_algorithm: Literal["RS256", "ES256", "EdDSA"] = "RS256"
    """The one algorithm by which the issuer's tokens may be signed."""
    trusted_proxies: Annotated[_Networks, NoDecode, BeforeValidator(listed)] = ()
    """Addresses and networks whose `X-Forwarded-For` is believed."""
    rate_limit_per_minute: int = Field(default=6000, ge=10)
    """Requests a minute of one credential; a caller without one has a tenth. The owner of a
    home has no limit."""
    quota_entries: int | None = Field(default=None, ge=0)
    """On a server: entries that a diary may have, unless `cinestats user quota` says else."""
    quota_storage_bytes: int | None = Field(default=None, ge=0)
    """On a server: bytes that the events of a user may take in the log."""
    quota_tokens: int | None = Field(default=None, ge=0)
    """On a server: API tokens that a user may have."""
    quota_webhooks: int | None = Field(default=None, ge=0)
    """On a server: webhooks that a user may have."""
    webhook_private_addresses: bool | None = None
    """Whether webhooks may lead to this machine and its network; unless it is set, they may at
    home and not on a server."""


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


def shown_settings(settings: Settings) -> Mapping[str, str]:
    """The settings that were given, but no secret and no address that may hold one."""
    given = settings.model_dump(exclude_unset=True, exclude={"mongo_uri"})
    return {name: str(v) for name, v in given.items() if not isinstance(v, SecretStr)}
