"""The scores of a ranking as an SVG bar chart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

_ROW = 22
_BAR_WIDTH = 420
_VALUE_WIDTH = 64
_TOP = 44
_BOTTOM = 8
_GAP = 8
_WIDE_LETTER, _NARROW_LETTER = 12.5, 6.8
"""Widest letters of the font size, in Chinese and in Latin."""
_TICKS = (0, 20, 40, 60, 80, 100)
_FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"


@dataclass(frozen=True)
class Bar:
    """One office: name, score from 0 to 100, and the mark behind it (grade)."""

    name: str
    score: Decimal
    mark: str


@dataclass(frozen=True)
class Mean:
    """The line that scores are compared with: where it is, and its words."""

    score: Decimal
    words: str


def ranking_chart(title: str, bars: Sequence[Bar], mean: Mean | None = None) -> str:
    """An SVG of horizontal bars, best on top, with the city mean as a dashed line.

    It takes its colours from the page (``currentColor`` and ``--accent``) and carries its title
    and every value as text, so that it can be read without seeing the bars.
    """
    left = max((_width_of(bar.name) for bar in bars), default=0) + _GAP
    height = _TOP + _ROW * len(bars) + _BOTTOM
    width = left + _BAR_WIDTH + _GAP + _VALUE_WIDTH
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' aria-label="{escape(title)}" font-family="{_FONT}" font-size="12"'
        ' fill="currentColor">',
        f"<title>{escape(title)}</title>",
        *(_tick(left, value, height) for value in _TICKS),
        *(_bar(left, _TOP + index * _ROW, bar) for index, bar in enumerate(bars)),
    ]
    if mean is not None:
        parts.append(_mean_line(left, mean, height))
    return "\n".join([*parts, "</svg>"])


def _width_of(name: str) -> int:
    return round(sum(_WIDE_LETTER if ord(letter) > 0x2E80 else _NARROW_LETTER for letter in name))


def _x(left: int, score: Decimal | int) -> str:
    return f"{left + float(score) / 100 * _BAR_WIDTH:.1f}"


def _tick(left: int, value: int, height: int) -> str:
    x = _x(left, value)
    return (
        f'<line x1="{x}" y1="{_TOP - 4}" x2="{x}" y2="{height - _BOTTOM}"'
        ' stroke="currentColor" stroke-opacity="0.15"/>'
        f'<text x="{x}" y="{_TOP - 10}" text-anchor="middle" opacity="0.7">{value}</text>'
    )


def _bar(left: int, top: int, bar: Bar) -> str:
    length = float(bar.score) / 100 * _BAR_WIDTH
    base = top + _ROW // 2 + 4
    end = left + _BAR_WIDTH + _GAP
    return (
        f'<text x="{left - _GAP}" y="{base}" text-anchor="end">{escape(bar.name)}</text>'
        f'<rect x="{left}" y="{top + 4}" width="{length:.1f}" height="{_ROW - 8}"'
        ' rx="2" class="bar" fill="#1d5f9e"/>'
        f'<text x="{end + 30}" y="{base}" text-anchor="end">{bar.score}</text>'
        f'<text x="{end + 40}" y="{base}">{escape(bar.mark)}</text>'
    )


def _mean_line(left: int, mean: Mean, height: int) -> str:
    x = _x(left, mean.score)
    return (
        f'<line x1="{x}" y1="{_TOP - 24}" x2="{x}" y2="{height - _BOTTOM}" stroke="currentColor"'
        ' stroke-dasharray="4 3" stroke-width="1.5"/>'
        f'<text x="{x}" y="{_TOP - 30}" text-anchor="middle" font-weight="bold">'
        f"{escape(mean.words)}</text>"
    )
