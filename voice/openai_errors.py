"""What goes wrong with a speech server, in sentences: its address, the way there, and what it says of itself."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from emads_voice.error_text import first_line, reason_of
from emads_voice.observability.redaction import redact

if TYPE_CHECKING:
    from openai import APIStatusError

LONGEST_QUOTE = 200
"""Characters of a server's own words that are shown."""

# Also short ones, and what is left of one that a server has masked itself: "abc***xyz".
_KEY = re.compile(
    r"\b(?:sk|gsk|hf)[-_][\w*.-]{2,}+|\bkey[-_][\w*.-]{6,}+|\bBearer\s+\S++|[\w.-]*+\*{3,}+[\w*.-]*+", re.I
)
_TOO_LONG = ("context length", "maximum model length")  # vLLM's words
_TOO_LARGE = ("file size", "allowed duration", "too large", "too long")


def wrong_url(url: str) -> str:
    """Why a URL is no address of a server, for a sentence that names it; "" if it is one."""
    address = urlsplit(url)
    try:
        port = address.port
    except ValueError:
        return "its port is no number from 1 to 65535"
    if address.scheme not in ("http", "https"):
        return "it does not begin with http:// or https://"
    if not address.hostname:
        return "it names no host"
    return "its port is no number from 1 to 65535" if port == 0 else ""


def shown(url: str) -> str:
    """The host and port of a URL, as they are written there, and never its password."""
    return urlsplit(url).netloc.rpartition("@")[2] or "without a host"


def unusable(server: str, error: Exception) -> str:
    """Why no client of a server can be made: it is the environment that is wrong, not the server."""
    if isinstance(error, ImportError):
        return (
            f"The server {server} would be asked through a SOCKS proxy, and the package socksio is not installed:"
            " pip install socksio, or name the server in NO_PROXY."
        )
    if isinstance(error, OSError):  # TLS errors are among them
        file = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or "the certificates"
        return (
            f"The server {server} cannot be asked, for {file} holds no certificates ({_words(error)}):"
            " mend SSL_CERT_FILE and SSL_CERT_DIR, or unset them."
        )
    proxies = ", ".join(sorted(name for name in os.environ if name.lower().endswith("_proxy")))
    return (
        f"The server {server} cannot be asked by the proxy that is set ({first_line(error)}):"
        f" mend {proxies or 'the proxy'}, or unset it."
    )


def unreachable(error: BaseException, url: str | None) -> str:
    """Why a server cannot be reached, and what to do, to follow "cannot be reached"."""
    proxy = _proxy(url) if url else None
    by = f" by the proxy {proxy}" if proxy else ""
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                why = f"its certificate is not trusted: {cause.verify_message}"
                return f"{by} ({why}): name its authority in SSL_CERT_FILE."
            case ssl.SSLError():
                return f"{by} (it does not speak TLS): write http:// for https:// if it has no certificate."
            case socket.gaierror():
                return f"{by} (no host of that name is known): check its URL, and the network."
            case ConnectionRefusedError():
                return f"{by} (nothing listens there): check that it runs and that its URL is right."
    if any(type(cause).__name__ == "ProxyError" for cause in causes):
        return (
            f"{by} ({_words(causes[-1])}): check HTTP_PROXY and HTTPS_PROXY, or name the server in NO_PROXY."
        )
    if any("Timeout" in type(cause).__name__ for cause in causes):
        return f"{by} (no connection in time): check its URL, and whether a firewall is between."
    told = next((_words(cause) for cause in causes if isinstance(cause, OSError) and cause.strerror), "")
    return f"{by}{f' ({told})' if told else ''}: check that it runs and that its URL is right."


def said(error: APIStatusError, key: str | None) -> str:
    """What a server says of its failure, for a sentence: ' (it says "CUDA out of memory")'; "" if it says nothing."""
    words = own_words(error.body, key)
    return f' (it says "{words}")' if words else ""


def own_words(body: object, key: str | None) -> str:
    """A server's own error text, in one line without keys and personal data; "" if there is none."""
    while isinstance(body, dict):
        body = next((body[name] for name in ("error", "message", "detail", "msg") if body.get(name)), None)
    if isinstance(body, list) and body:  # what FastAPI answers to a request it does not like
        return own_words(body[0], key)
    if not isinstance(body, str) or body.lstrip().startswith("<"):
        return ""
    line = " ".join(body.split())
    for secret in filter(None, (key,)):
        line = line.replace(secret, "[key]")
    line = redact(_KEY.sub("[key]", line))
    return (f"{line[:LONGEST_QUOTE]}…" if len(line) > LONGEST_QUOTE else line).rstrip(".").replace('"', "'")


def too_long(error: APIStatusError) -> bool:
    """Whether the recording does not fit the server's model."""
    return error.status_code == 400 and any(words in error.message for words in _TOO_LONG)


def too_large(error: APIStatusError) -> bool:
    """Whether the recording is more than the server takes."""
    return error.status_code == 413 or (
        error.status_code == 400 and any(words in error.message.casefold() for words in _TOO_LARGE)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what caused it, also where several attempts failed at once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [cause for cause in (one.__cause__, one.__context__) if cause]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


def _proxy(url: str) -> str | None:
    """The proxy by which a URL is asked for, as the environment says."""
    address = urlsplit(url)
    with suppress(OSError):
        if address.hostname and proxy_bypass(address.hostname):
            return None
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    return shown(proxy) if proxy else None


def _words(error: BaseException) -> str:
    return reason_of(error) if isinstance(error, Exception) else str(error)
