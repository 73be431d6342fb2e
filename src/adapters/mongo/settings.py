"""Which MongoDB database, from the environment."""

from pydantic import Field

from cinestats.adapters.environment import EnvironmentSettings


class MongoSettings(EnvironmentSettings):
    """Which database."""

    mongo_uri: str = Field(default="mongodb://127.0.0.1:27017", repr=False)
    """The servers, with user, TLS and replica set; never shown or logged."""
    mongo_database: str = "cinestats"
    """The database."""
