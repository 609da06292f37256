"""What each platform allows, known without a connection."""

from __future__ import annotations

from collections.abc import Mapping

from engage_tui.domain.model import Platform
from engage_tui.platforms.instagram import InstagramConnector
from engage_tui.platforms.protocol import Capabilities
from engage_tui.platforms.youtube import YouTubeConnector

CAPABILITIES: Mapping[Platform, Capabilities] = {
    Platform.INSTAGRAM: InstagramConnector.capabilities,
    Platform.YOUTUBE: YouTubeConnector.capabilities,
}
