"""The way into the practice platforms: an httpx transport that opens no port."""

from __future__ import annotations

import httpx

from engage_tui.sandbox.app import create_app
from engage_tui.sandbox.faults import Fault, Faults
from engage_tui.sandbox.records import Clock
from engage_tui.sandbox.world import PracticeWorld


def practice_transport(
    world: PracticeWorld, clock: Clock, faults: Faults | None = None
) -> httpx.AsyncBaseTransport:
    """Return a transport whose every host is the practice one of that name."""
    faults = faults or Faults()
    return _FaultyTransport(httpx.ASGITransport(create_app(world, clock, faults)), faults)


class _FaultyTransport(httpx.AsyncBaseTransport):
    """Lets calls through, except those that the faults spoil before or after their effect."""

    def __init__(self, inner: httpx.AsyncBaseTransport, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._faults.draw(write=request.method != "GET")
        if fault is None:
            return await self._inner.handle_async_request(request)
        if fault.has_effect:
            await self._inner.handle_async_request(request)
        if fault is Fault.RATE_LIMITED:
            return httpx.Response(429, headers={"Retry-After": "30"}, json={})
        if fault in (Fault.ERROR_BEFORE, Fault.ERROR_AFTER):
            return httpx.Response(503, json={})
        raise httpx.ReadTimeout("the practice platform keeps silent", request=request)
