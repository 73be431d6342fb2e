"""Ids: new ones that sort by time, ids that follow from content, and secrets."""

import secrets
import uuid

import uuid_utils

_NAMESPACE = uuid.UUID("6f2f1c0e-5f0b-5c1e-9d59-2f8f0a1b7c11")


def new_id() -> str:
    """A version 7 UUID: unique, and later ones sort behind earlier ones."""
    return str(uuid_utils.uuid7())


def id_from(*parts: str) -> str:
    """A version 5 UUID that is the same whenever the parts are."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


def new_secret() -> str:
    """32 random bytes, urlsafe."""
    return secrets.token_urlsafe(32)
