"""Sends events to webhooks over HTTP, signed as Standard Webhooks asks."""

import base64
import hashlib
import hmac
import time
from datetime import datetime
from http.client import HTTPException
from urllib.parse import SplitResult, quote, urlsplit

import cinestats
from cinestats.application.log.ports import Recorded
from cinestats.application.webhooks.subscriptions import Answer, Webhook

from .event_json import encode
from .guarded_http import GuardedHttp, PrivateAddress

SEND_SECONDS = 10.0
_MAX_ANSWER_BYTES = 1024


class HttpWebhookSender:
    """Implements WebhookSender: one POST, ``seconds`` for all of it, no redirect is followed.

    Unless ``private_addresses`` are allowed, only the public internet is sent to.
    """

    def __init__(self, private_addresses: bool, seconds: float = SEND_SECONDS) -> None:
        self._http = GuardedHttp(private_addresses)
        self._seconds = seconds

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
        except PrivateAddress:
            return Answer(None, "The address is not public.")
        except (OSError, HTTPException, UnicodeError) as error:
            if time.monotonic() >= deadline:
                return Answer(None, f"There was no answer within {self._seconds:g} s.")
            # Nothing that was read: the user may not be meant to see what answers there.
            return Answer(None, f"The receiver could not be reached: {type(error).__name__}.")

    def _post(
        self, url: SplitResult, headers: dict[str, str], body: bytes, deadline: float
    ) -> int:
        with self._http.connection(url, deadline) as http:
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
