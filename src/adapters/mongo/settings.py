"""Which MongoDB database, from the environment."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class MongoSettings(BaseSettings):
    """Each is ``CINESTATS_`` and its name in capitals; TLS and credentials go into the URI."""

    model_config = SettingsConfigDict(env_prefix="CINESTATS_", frozen=True)

    mongo_uri: str = "mongodb://127.0.0.1:27017"
    mongo_database: str = "cinestats"
