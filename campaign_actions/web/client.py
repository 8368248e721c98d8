"""The network a request comes from, as a coarse prefix; the whole address is never kept."""

from __future__ import annotations

import ipaddress

from flask import request

from campaign_actions.web.settings import settings

IPV4_BITS = 24
IPV6_BITS = 48
UNKNOWN = "unknown"


def prefix() -> str:
    """The client's network: "192.0.2.0/24", "2001:db8:1::/48", or "unknown"."""
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return network_of(address_of(request.remote_addr or "", forwarded, settings().trusted_proxies))


def address_of(peer: str, forwarded: str, trusted_proxies: int) -> str:
    """The client's address: with N trusted proxies, the N-th from the right of `forwarded`.

    Each proxy adds, at the right, who spoke to it. With none the header is ignored, and so is
    one that is shorter than the number of proxies.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if trusted_proxies < 1 or len(hops) < trusted_proxies:
        return peer
    return hops[-trusted_proxies]


def network_of(address: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) around an address, or "unknown" for anything else."""
    try:
        parsed = ipaddress.ip_address(_bare(address))
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.ip_network((parsed.packed, IPV6_BITS), strict=False))
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed.packed, IPV4_BITS), strict=False))


def _bare(address: str) -> str:
    """Without port and brackets: some proxies write "192.0.2.7:4711" and "[2001:db8::7]:4711"."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    if address.count(":") == 1:
        return address.partition(":")[0]
    return address
