"""Colours of a theme that can be read: contrast as the Web Content Accessibility Guidelines define it.

Text has at least 4.5:1 against its ground (WCAG 2.2, 1.4.3), what shows the focus 3:1 (1.4.11 and 2.4.13), whatever
theme is chosen. A colour that has less is moved towards black or white until it has enough; its hue stays.
"""

from collections.abc import Iterable, Mapping

from textual.color import BLACK, WHITE, Color

TEXT = 4.5
"""Of text against its ground (WCAG 2.2, 1.4.3, level AA)."""
CURSOR = 6.5
"""Of a cursor's ground: enough that muted text on it can still be read."""
_MUTED = 0.72
"""Share of black or white in muted text below a cursor."""
_SHADE = 0.4
"""Share of the ground in other muted text, where that leaves it contrast enough."""
_STEPS = 40
"""Shades that are tried between a colour and black or white: a step cannot be told from the next."""
_WORDS = ("foreground", "text-primary", "text-secondary", "text-warning", "text-error", "text-success", "text-accent")
_GROUNDS = ("background", "surface", "panel", "panel-lighten-1")
_LIKE_FOREGROUND = (
    "block-cursor-blurred-foreground", "button-foreground", "input-cursor-background", "input-selection-foreground",
)  # fmt: skip
_FOOTER = ("footer-foreground", "footer-description-foreground", "footer-key-foreground")


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two opaque colours, from 1 to 21 (WCAG 2.2, “contrast ratio”)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def legible(colors: Mapping[str, str]) -> dict[str, str]:
    """Return the colours of a theme with those changed that could not be read, and `focus` added.

    Args:
        colors: Variables of CSS. Those of the terminal's own palette are left alone: what they look like is not known.
    """
    if Color.parse(colors["background"]).ansi is not None:
        return {**colors, "focus": "ansi_default"}
    background = Color.parse(colors["background"])
    grounds = [background + Color.parse(colors[name]) for name in _GROUNDS]
    words = {name: _moved(Color.parse(colors[name]), grounds, TEXT) for name in _WORDS}
    blurred = Color.parse(colors["primary"]).with_alpha(0.15)
    tinted = [ground.blend(words["foreground"], 0.05, alpha=1) for ground in grounds]
    tinted += [ground + blurred for ground in grounds]
    words = {name: _moved(color, tinted, TEXT) for name, color in words.items()}
    muted = _moved(words["foreground"].blend(background, _SHADE, alpha=1), tinted, TEXT).hex
    adaptive = f"auto {_MUTED:.0%}"
    cursor = _moved(Color.parse(colors["block-cursor-background"]), grounds, CURSOR)
    footer = [background + Color.parse(colors["footer-background"])]
    return {
        **colors,
        **{name: color.hex for name, color in words.items()},
        **dict.fromkeys(_LIKE_FOREGROUND, words["foreground"].hex),
        "input-cursor-foreground": background.hex,
        "text-muted": adaptive,
        "text-disabled": adaptive,
        "foreground-muted": muted,
        "foreground-disabled": muted,
        "block-cursor-background": cursor.hex,
        "block-cursor-foreground": max(BLACK, WHITE, key=lambda color: contrast(color, cursor)).hex,
        "block-cursor-blurred-background": blurred.hex,
        **{name: _moved(Color.parse(colors[name]), footer, TEXT).hex for name in _FOOTER},
        "focus": _moved(Color.parse(colors["primary"]), tinted, TEXT).hex,
    }


def _moved(color: Color, grounds: Iterable[Color], ratio: float) -> Color:
    """Return the nearest to a colour, between it and black or white, that has this contrast with all grounds."""
    grounds = list(grounds)
    end = max(BLACK, WHITE, key=lambda extreme: min(contrast(extreme, ground) for ground in grounds))
    shades = (color.blend(end, step / _STEPS, alpha=1) for step in range(_STEPS + 1))
    return next((shade for shade in shades if min(contrast(shade, ground) for ground in grounds) >= ratio), end)


def _luminance(color: Color) -> float:
    """Return the relative luminance, from 0 to 1 (WCAG 2.2)."""
    channels = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in color.normalized
    ]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
