"""In which sizes there are thumbnails. Pure.

Source: client-server API, "Thumbnails": never smaller than what was asked for, "crop" in the shape
that was asked for. Few sizes bound what is kept for each picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

MOST_SIDE = 32_767


@dataclass(frozen=True, slots=True)
class Size:
    """A thumbnail: at least this large where the original is; `crop` has its very shape."""

    width: int
    height: int
    method: str

    @property
    def label(self) -> str:
        return f"{self.width}x{self.height}-{self.method}"


SCALED = (
    Size(320, 240, "scale"),
    Size(640, 480, "scale"),
    Size(800, 600, "scale"),
    Size(1600, 1200, "scale"),
)
WHOLE = Size(MOST_SIDE, MOST_SIDE, "scale")
"""For those who ask for more than there is a size for: not made smaller at all."""

SQUARES = (32, 96, 320, 640, 1280)
LONG_SIDES = (96, 320, 640, 1280)
RATIOS = ((4, 3), (3, 4), (16, 9), (9, 16))


def _in_ratio(across: int, down: int) -> tuple[Size, ...]:
    longer = max(across, down)
    return tuple(
        Size(side * across // longer, side * down // longer, "crop") for side in LONG_SIDES
    )


CROPPED = {1.0: tuple(Size(side, side, "crop") for side in SQUARES)} | {
    across / down: _in_ratio(across, down) for across, down in RATIOS
}
"""By the shape: width by height."""

SIZES = (*SCALED, *(size for sizes in CROPPED.values() for size in sizes), WHOLE)


def nearest_size(width: int, height: int, method: str) -> Size:
    """The smallest one that is as large as what was asked for; cropped in the nearest shape."""
    sizes = SCALED if method == "scale" else CROPPED[_nearest_shape(width / height)]
    for size in sizes:
        if size.width >= width and size.height >= height:
            return size
    return WHOLE


def _nearest_shape(shape: float) -> float:
    return min(CROPPED, key=lambda known: abs(log(known) - log(shape)))
