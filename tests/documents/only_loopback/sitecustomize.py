"""On PYTHONPATH it keeps every Python process on this machine: other addresses are refused, names have no address."""

import socket
import sys


def _is_here(host: object) -> bool:
    return host in (None, "", "::", "::1", "localhost") or str(host).startswith(("127.", "0.0.0.0"))


def _refuse_others(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise PermissionError(f"{address[0]} is not on this machine")
    elif event == "socket.getaddrinfo" and not _is_here(arguments[0]):
        raise socket.gaierror(socket.EAI_NONAME, "names have no address here")


sys.addaudithook(_refuse_others)
