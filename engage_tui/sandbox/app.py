"""The ASGI application that holds all practice platforms, each under its real host name."""

from __future__ import annotations

from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Host, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engage_tui.domain.timestamps import to_datetime
from engage_tui.sandbox.faults import Faults
from engage_tui.sandbox.instagram import PracticeInstagram
from engage_tui.sandbox.records import Clock
from engage_tui.sandbox.world import PracticeWorld
from engage_tui.sandbox.youtube import PracticeYouTube


def create_app(world: PracticeWorld, clock: Clock, faults: Faults | None = None) -> Starlette:
    """Return the application; of the faults only limits and late listing show here."""
    faults = faults or Faults()
    hosts = {
        "youtube.googleapis.com": PracticeYouTube(world, clock, faults).routes(),
        "graph.instagram.com": PracticeInstagram(world, clock, faults).routes(),
    }
    return Starlette(
        routes=[Host(name, app=Router(routes)) for name, routes in hosts.items()],
        middleware=[Middleware(_Dated, clock=clock)],
    )


class _Dated:
    """Puts the practice clock's time into each answer, as any web server does."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                written = format_datetime(to_datetime(self._clock()), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", written.encode())]
            await send(message)

        await self._app(scope, receive, dated)
