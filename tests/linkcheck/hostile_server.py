"""A web server on loopback that does everything a server should not."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import zstandard

TARGET = "https://ours.example/2024/post/"
LINK = f'<p>As <a href="{TARGET}">they write</a> today.</p>'.encode()
OTHER = b'<p>See <a href="https://elsewhere.example/">this</a>.</p>'
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

Send = Callable[[bytes], None]
Behaviour = Callable[[socket.socket, Send], None]


def page(body: bytes, headers: bytes = b"") -> bytes:
    return HTML + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answer(data: bytes) -> Behaviour:
    return lambda sock, send: send(data)


def drip(head: bytes, drops: bytes, seconds: float = 0.05, until: float = 8.0) -> Behaviour:
    def behave(sock: socket.socket, send: Send) -> None:
        send(head)
        end = time.monotonic() + until
        while time.monotonic() < end:
            for at in range(len(drops)):
                send(drops[at : at + 1])
                time.sleep(seconds)

    return behave


def endless(head: bytes, piece: bytes, limit: int = 200_000_000) -> Behaviour:
    def behave(sock: socket.socket, send: Send) -> None:
        send(head)
        for _ in range(limit // len(piece)):
            send(piece)

    return behave


def silent(seconds: float = 8.0) -> Behaviour:
    def behave(sock: socket.socket, send: Send) -> None:
        sock.settimeout(seconds)
        sock.recv(1)

    return behave


def reset(data: bytes) -> Behaviour:
    def behave(sock: socket.socket, send: Send) -> None:
        send(data)
        time.sleep(0.05)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return behave


def redirect(location: str, status: int = 302, headers: bytes = b"") -> Behaviour:
    line = b"HTTP/1.1 %d Moved\r\nContent-Length: 0\r\n" % status
    return answer(line + headers + b"Location: " + location.encode() + b"\r\n\r\n")


def bomb(encoding: bytes, new_packer: Callable[[], Callable[[bytes], bytes]]) -> Behaviour:
    """A gigabyte of zeros; `new_packer` makes what compresses one megabyte after another."""

    def behave(sock: socket.socket, send: Send) -> None:
        pack = new_packer()
        send(HTML + b"Content-Encoding: " + encoding + b"\r\n\r\n")
        for _ in range(1024):
            send(pack(b"\0" * (1 << 20)))

    return behave


def chunked(pieces: list[bytes]) -> bytes:
    return HTML + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(pieces)


NESTED = b"<div>" * 40_000 + LINK + b"</div>" * 40_000
MANY = b'<a href="https://s%d.example/page">x</a>'
FORMATS = b"<p>" + b"".join(b"<font id=%d>" % n for n in range(20_000)) + b"<p>x" * 20_000 + LINK


def behaviours() -> dict[str, Behaviour]:
    """What the server does, by path."""
    return {
        "/good": answer(page(b"<title>T</title><article>" + LINK + b"</article>")),
        "/none": answer(page(OTHER)),
        "/empty-page": answer(page(b"")),
        "/404": answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        "/410": answer(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"),
        "/503": answer(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),
        "/403": answer(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"),
        "/silent": silent(),
        "/slow-headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        "/slow-status": drip(b"", b"H"),
        "/slow-body": drip(HTML + b"\r\n<p>", b"x"),
        "/slow-body-link": drip(HTML + b"\r\n" + LINK, b"x"),
        "/slow-chunks": drip(HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        "/slow-chunk-size": drip(HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        "/endless-body": endless(HTML + b"\r\n", b"<p>words and more words</p>" * 1000),
        "/endless-chunks": endless(HTML + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"y" * 4096 + b"\r\n"),
        "/endless-gzip": endless(HTML + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
        "/gzip-bomb": bomb(b"gzip", lambda: zlib.compressobj(9, wbits=31).compress),
        "/gzip-members": bomb(b"gzip", lambda: lambda data: gzip.compress(data, 1)),
        "/deflate-bomb": bomb(b"deflate", lambda: zlib.compressobj(9).compress),
        "/brotli-bomb": bomb(b"br", lambda: brotli.Compressor(quality=1).process),
        "/zstd-bomb": bomb(b"zstd", lambda: zstandard.ZstdCompressor(level=1).compress),
        "/gzip": answer(page(gzip.compress(LINK), b"Content-Encoding: gzip\r\n")),
        "/gzip-damaged": answer(page(b"\x1f\x8b nonsense", b"Content-Encoding: gzip\r\n")),
        "/unknown-encoding": answer(page(LINK, b"Content-Encoding: lzma\r\n")),
        "/double-gzip": answer(page(gzip.compress(gzip.compress(LINK)), b"Content-Encoding: gzip, gzip\r\n")),
        "/loop": redirect("/loop"),
        "/loop-a": redirect("/loop-b"),
        "/loop-b": redirect("/loop-a"),
        "/to-good": redirect("/good", headers=b"Set-Cookie: id=1\r\n"),
        "/to-file": redirect("file:///etc/passwd"),
        "/to-user": redirect("http://user:password@good.example/"),
        "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/to-private-name": redirect("http://inside.example/"),
        "/to-nowhere": redirect("http://[::bad"),
        "/to-odd": redirect("http://0x7f000001/"),
        "/to-port": redirect("http://public.example:22/"),
        "/length-long": answer(HTML + b"Content-Length: 5000\r\n\r\n" + OTHER),
        "/length-long-link": answer(HTML + b"Content-Length: 5000\r\n\r\n" + LINK),
        "/length-short": answer(HTML + b"Content-Length: 10\r\n\r\n" + OTHER + LINK),
        "/length-huge": answer(HTML + b"Content-Length: 999999999999\r\n\r\n" + OTHER),
        "/length-negative": answer(HTML + b"Content-Length: -5\r\n\r\n" + LINK),
        "/length-words": answer(HTML + b"Content-Length: many\r\n\r\n" + LINK),
        "/header-flood": endless(b"HTTP/1.1 200 OK\r\n", b"X-Flood: yes\r\n" * 100),
        "/header-long": endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"y" * 4096),
        "/header-spaces": endless(b"HTTP/1.1 200 OK\r\nX: y\r\n", b" z\r\n" * 1000),
        "/continue-flood": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
        "/nested": answer(page(NESTED)),
        "/nested-none": answer(page(NESTED.replace(TARGET.encode(), b"https://elsewhere.example/"))),
        "/attributes": answer(page(b"<a " + b"x" * 3 + b" y" * 300_000 + b">z</a>" + LINK)),
        "/formats": answer(page(FORMATS)),
        "/million-links": endless(HTML + b"\r\n", b"".join(MANY % n for n in range(1000)), 40_000_000),
        "/million-links-first": endless(HTML + b"\r\n" + LINK, b"".join(MANY % n for n in range(1000)), 40_000_000),
        "/sixty-thousand": answer(page(b"<a href=/a>b</a>" * 60_000 + LINK)),
        "/wrong-charset": answer(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-7\r\n\r\n<meta charset=utf-16>\xff\xfe\xe9" + LINK
        ),
        "/utf16": answer(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + LINK.decode().encode("utf-16")),
        "/broken-html": answer(page(b'<table><b><p title="<a href=x>"></b><a b=\'>' + b"'>" + LINK[:60])),
        "/nulls": answer(page(b"\0" * 1000 + LINK)),
        "/chunked-good": answer(chunked([b"%x\r\n" % len(LINK) + LINK + b"\r\n", b"0\r\n\r\n"])),
        "/chunked-nonsense": answer(chunked([b"5\r\nhello\r\n", b"zzz\r\nwhat\r\n"])),
        "/chunked-huge": answer(chunked([b"ffffffffffffffff\r\n", b"hello"])),
        "/chunked-cut": answer(chunked([b"1000\r\n", b"hello"])),
        "/reset-first": reset(b""),
        "/reset-headers": reset(b"HTTP/1.1 200 OK\r\nContent-"),
        "/reset-body": reset(HTML + b"Content-Length: 5000\r\n\r\n<p>some"),
        "/nothing": answer(b""),
        "/garbage": answer(bytes(range(256)) * 20),
        "/status-odd": answer(b"HTTP/1.1 99999 What\r\n\r\n"),
        "/status-words": answer(b"HTTP/1.1 fine fine\r\n\r\n" + LINK),
        "/old-http": answer(b"<html>" + LINK),
        "/upgrade": answer(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
        "/pdf": endless(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n", b"%PDF" * 1000),
        "/text": answer(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + LINK),
        "/no-type": answer(b"HTTP/1.1 200 OK\r\n\r\n<!-- hello --><!DOCTYPE html>" + LINK),
        "/no-type-binary": answer(b"HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n" + LINK),
        "/odd-type": answer(b"HTTP/1.1 200 OK\r\nContent-Type: \xff<script>/\x01; x\r\n\r\n" + LINK),
    }


class HostileServer:
    """Serves `behaviours` on one address; keeps the head of every request."""

    def __init__(self, host: str, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[str] = []
        self.behaviours = behaviours()
        self._context = context
        self._listener = socket.create_server((host, 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            sock.settimeout(10)
            if self._context is not None:
                sock = self._context.wrap_socket(sock, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                data = sock.recv(4096)
                if not data:
                    return
                head += data
                if head[0] == 0x16:  # TLS spoken to a plain server
                    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
            self.requests.append(head.decode("latin-1"))
            path = head.split(b" ", 2)[1].decode("latin-1")
            if path.startswith("/hop/"):
                redirect(f"/hop/{int(path[5:]) + 1}")(sock, sock.sendall)
                return
            self.behaviours.get(path, answer(page(OTHER)))(sock, sock.sendall)
        except OSError:
            pass
        finally:
            sock.close()


@contextmanager
def serving(host: str, context: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    server = HostileServer(host, context)
    try:
        yield server
    finally:
        server.close()


def certificate(folder: Path, name: str) -> Path:
    """Makes a throw-away certificate for `name`, with its key, in one file."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "throw-away")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
