"""Sends events to webhooks over HTTP, signed as Standard Webhooks asks."""

import base64
import hashlib
import hmac
import socket
import ssl
import threading
import time
from contextlib import ExitStack
from datetime import datetime
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from socket import SHUT_RDWR
from urllib.parse import SplitResult, quote, urlsplit

import cinestats
from cinestats.application.log.ports import Recorded
from cinestats.application.webhooks.address import is_public
from cinestats.application.webhooks.subscriptions import Answer, Webhook

from .event_json import encode

SEND_SECONDS = 10.0
_MAX_ANSWER_BYTES = 1024
_MAX_ADDRESSES = 4


class HttpWebhookSender:
    """Implements WebhookSender: one POST, ``seconds`` for all of it, no redirect is followed.

    Unless ``private_addresses`` are allowed, an address that is not of the public internet
    gets no byte: whoever makes a webhook must not reach what only this machine can reach.
    """

    def __init__(self, private_addresses: bool, seconds: float = SEND_SECONDS) -> None:
        self._private_addresses = private_addresses
        self._seconds = seconds

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()  # reads the system's certificates: 25 ms

    def __call__(self, webhook: Webhook, recorded: Recorded, at: datetime) -> Answer:
        assert recorded.event is not None  # an erased event is told to nobody
        body = encode(recorded.event, recorded.position)
        # The ids of events that came from elsewhere may hold what no header may.
        message_id = quote(recorded.event.event_id, safe=":@+=,;!*()'")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"cinestats/{cinestats.__version__}",
            **signed_headers(webhook.key, message_id, at, body),
        }
        deadline = time.monotonic() + self._seconds
        try:
            return Answer(self._post(urlsplit(webhook.url), headers, body, deadline))
        except _PrivateAddress:
            return Answer(None, "The address is not public.")
        except (OSError, HTTPException, UnicodeError) as error:
            if time.monotonic() >= deadline:
                return Answer(None, f"There was no answer within {self._seconds:g} s.")
            # Nothing that was read: the user may not be meant to see what answers there.
            return Answer(None, f"The receiver could not be reached: {type(error).__name__}.")

    def _post(
        self, url: SplitResult, headers: dict[str, str], body: bytes, deadline: float
    ) -> int:
        host = url.hostname or ""
        with ExitStack() as opened:
            connected = self._connect(
                host, url.port or (443 if url.scheme == "https" else 80), deadline
            )
            # Every read has a timeout, but a receiver may send a byte ever so often. The
            # twin ends the connection under whatever wraps it.
            twin = opened.enter_context(connected.dup())
            ender = threading.Timer(deadline - time.monotonic(), twin.shutdown, [SHUT_RDWR])
            opened.callback(ender.join)
            opened.callback(ender.cancel)
            opened.callback(connected.close)
            ender.start()
            if url.scheme == "https":
                connected = self._tls.wrap_socket(connected, server_hostname=host)
                opened.callback(connected.close)
            http = HTTPConnection(host)
            http.sock = connected
            target = url.path or "/"
            http.request(
                "POST",
                f"{target}?{url.query}" if url.query else target,
                body,
                {"Host": url.netloc, **headers},
            )
            with http.getresponse() as answer:
                answer.read(_MAX_ANSWER_BYTES)  # to its end, as a rule: some log it else
                return answer.status

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        problem = OSError("the name has no address")
        for family, kind, protocol, _, address in found[:_MAX_ADDRESSES]:
            self._check(str(address[0]))  # not even which ports are open shall be told
            connected = socket.socket(family, kind, protocol)
            try:
                connected.settimeout(max(deadline - time.monotonic(), 0.001))
                connected.connect(address)
                self._check(connected.getpeername()[0])
                return connected
            except (OSError, _PrivateAddress) as error:
                connected.close()
                if isinstance(error, _PrivateAddress):
                    raise
                problem = error
        raise problem

    def _check(self, address: str) -> None:
        if not self._private_addresses and not is_public(address):
            raise _PrivateAddress


def secret_text(key: bytes) -> str:
    """A webhook's key as its receiver is given it.

    >>> secret_text(bytes(6))
    'whsec_AAAAAAAA'
    """
    return f"whsec_{base64.b64encode(key).decode()}"


def signed_headers(key: bytes, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows the sender, and a message sent twice."""
    seconds = str(int(at.timestamp()))
    content = b".".join([message_id.encode(), seconds.encode(), body])
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


class _PrivateAddress(Exception):
    """The name leads to an address that is not of the public internet."""
