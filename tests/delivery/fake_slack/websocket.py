"""The server's side of a WebSocket (RFC 6455), as strict as the standard: handshake and frames, nothing more.

By hand, as slack_sdk's own client is: what Socket Mode needs of the protocol is less than a dependency's wiring.
"""

from __future__ import annotations

import hashlib
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import BinaryIO

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Broken(Exception):
    """The client does not keep to the protocol."""


def accepted(headers: Mapping[str, str]) -> str:
    """The value of Sec-WebSocket-Accept. Raises Broken where the request is no handshake."""
    wanted = {"upgrade": "websocket", "connection": "upgrade", "sec-websocket-version": "13"}
    seen = {name.lower(): value for name, value in headers.items()}
    for name, value in wanted.items():
        if seen.get(name, "").lower() != value:
            raise Broken(f"{name}: {seen.get(name)}")
    key = seen.get("sec-websocket-key", "").encode()
    if len(b64decode(key, validate=True)) != 16:
        raise Broken("sec-websocket-key")
    return b64encode(hashlib.sha1(key + _MAGIC).digest()).decode()


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole message in one frame, unmasked as a server's are."""
    size = len(payload)
    head = bytes([size]) if size < 126 else struct.pack("!BH", 126, size) if size < 1 << 16 else _long(size)
    return bytes([0x80 | opcode]) + head + payload


def _long(size: int) -> bytes:
    return struct.pack("!BQ", 127, size)


def read(stream: BinaryIO) -> tuple[int, bytes]:
    """The next frame's opcode and payload. Raises EOFError at the end, Broken for what a client may not send."""
    first, second = _exactly(stream, 2)
    opcode, size = first & 0x0F, second & 0x7F
    if first & 0xF0 != 0x80 or opcode not in (TEXT, CLOSE, PING, PONG):
        raise Broken(f"a frame that begins with {first:#x}")
    if not second & 0x80:
        raise Broken("a frame without a mask")
    if opcode != TEXT and size > 125:
        raise Broken("a long control frame")
    if size == 126:
        (size,) = struct.unpack("!H", _exactly(stream, 2))
    elif size == 127:
        (size,) = struct.unpack("!Q", _exactly(stream, 8))
    mask = _exactly(stream, 4)
    payload = bytes(byte ^ mask[index % 4] for index, byte in enumerate(_exactly(stream, size)))
    if opcode == TEXT:
        payload.decode()
    return opcode, payload


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
