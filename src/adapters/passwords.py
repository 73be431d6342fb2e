"""Passwords by argon2id."""

import base64
import os
import secrets
import threading

import argon2
from argon2.exceptions import VerifyMismatchError


class Argon2Hasher:
    """Implements PasswordHasher with RFC 9106's second choice of parameters: 64 MiB, 3 passes.

    A hash takes all of a processor and its 64 MiB; so there are no more at once than
    processors, however many try to sign in.
    """

    def __init__(
        self, parameters: argon2.Parameters = argon2.profiles.RFC_9106_LOW_MEMORY
    ) -> None:
        self._hasher = argon2.PasswordHasher.from_parameters(parameters)
        self._turn = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._nobodys = _hash_of_nothing(parameters)

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        with self._turn:
            try:
                self._hasher.verify(password_hash or self._nobodys, password)
            except VerifyMismatchError:
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)


def _hash_of_nothing(parameters: argon2.Parameters) -> str:
    """A hash that is as dear to verify as any other, and of no password that is known."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (parameters.salt_len, parameters.hash_len)
    )
    return (
        f"$argon2id$v={parameters.version}$m={parameters.memory_cost},"
        f"t={parameters.time_cost},p={parameters.parallelism}${salt}${digest}"
    )
