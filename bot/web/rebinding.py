"""Whether a request comes from a page that is not ours, or that only seems to be."""

from __future__ import annotations

import re
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

_PORT = re.compile(r":[0-9]+$")


def is_lured(scope: Scope) -> bool:
    """Tell whether a browser was lured into a request that may be a program's alone.

    Programs send no Origin; a browser does with every POST. A page of somebody's name can have
    the name point at our address (DNS rebinding) and then asks as if it were our own, so that
    a page is trusted under names alone that cannot be bent: addresses and ``localhost``.
    """
    headers = Headers(scope=scope)
    origin, host = headers.get("origin"), headers.get("host", "")
    is_own = origin == f"{scope['scheme']}://{host}" and _is_firm(_PORT.sub("", host))
    return origin is not None and not is_own


def _is_firm(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return name == "localhost"
    return True
