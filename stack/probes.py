"""One request to a server, written by hand: does it answer as a client needs it to?"""

import socket
import struct

_TIMEOUT_SECONDS = 5


def kafka_answers(port: int) -> bool:
    """Whether a broker on the loopback port answers Metadata, and names a broker."""
    # Metadata, version 4, correlation id 1, no client name, no topics, none to be created.
    request = struct.pack(">hhihi?", 3, 4, 1, -1, 0, False)
    reply = _ask(port, struct.pack(">i", len(request)) + request, ">i", counted=0)
    if len(reply) < 12:
        return False
    correlation, _throttle, brokers = struct.unpack_from(">iii", reply)
    return bool(correlation == 1 and brokers >= 1)


def mongo_answers(port: int) -> bool:
    """Whether a server on the loopback port answers the greeting of clients."""
    # Its older name: the server in memory does not know ``hello``.
    fields = b"\x10isMaster\0" + struct.pack("<i", 1)
    fields += b"\x02$db\0" + struct.pack("<i", 6) + b"admin\0"
    document = struct.pack("<i", len(fields) + 5) + fields + b"\0"
    message = struct.pack("<iii", 1, 0, 2013) + struct.pack("<ib", 0, 0) + document
    reply = _ask(port, struct.pack("<i", len(message) + 4) + message, "<i", counted=4)
    return b"\x01ok\0" + struct.pack("<d", 1) in reply


def _ask(port: int, request: bytes, prefix: str, counted: int) -> bytes:
    """The reply after its length; empty where there is none (yet).

    ``prefix`` is the format of the length, ``counted`` how much of itself the length counts.
    """
    try:
        with socket.create_connection(("127.0.0.1", port), _TIMEOUT_SECONDS) as connection:
            connection.sendall(request)
            with connection.makefile("rb") as replies:
                (length,) = struct.unpack(prefix, replies.read(4))
                return replies.read(length - counted)
    except (OSError, struct.error):  # not listening yet, or gone in mid reply
        return b""
