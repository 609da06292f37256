"""The console's own dark theme; every colour on a screen comes from a theme's variables."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="engage",
    primary="#7aa2f7",
    secondary="#9aa5ce",
    accent="#e0af68",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    foreground="#c8d0e8",
    background="#14161f",
    surface="#1a1d29",
    panel="#242838",
    dark=True,
    variables={
        "border": "#7aa2f7",
        "border-blurred": "#353b52",
        "block-cursor-background": "#2f3a5c",
        "block-cursor-foreground": "#eef1fb",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#242838",
        "block-cursor-blurred-foreground": "#c8d0e8",
        "footer-key-foreground": "#7aa2f7",
        "input-selection-background": "#7aa2f7 30%",
        "scrollbar": "#353b52",
        "scrollbar-hover": "#4a5273",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#1a1d29",
        "scrollbar-background-hover": "#1a1d29",
        "scrollbar-background-active": "#1a1d29",
        "scrollbar-corner-color": "#1a1d29",
    },
)
