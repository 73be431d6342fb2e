"""Which MongoDB database, from the environment."""

from pydantic import Field

from cinestats.adapters.environment import EnvironmentSettings


class MongoSettings(EnvironmentSettings):
    """Which database; TLS and credentials go into the URI, which is not shown therefore."""

    mongo_uri: str = Field(default="mongodb://127.0.0.1:27017", repr=False)
    mongo_database: str = "cinestats"
