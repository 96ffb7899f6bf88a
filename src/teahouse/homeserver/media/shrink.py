"""A program for kit.confined: reads a picture from stdin, writes a smaller one to stdout.

It can import nothing of the server. The header alone decides whether the pixels are looked at.
Usage: shrink.py WIDTH HEIGHT METHOD still|animated, or shrink.py measure, which writes the type,
the width and the height.
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_RESULT_BYTES = 8 << 20
MOST_PIXELS = 50_000_000
MOST_SIDE = 32_767
MOST_FRAMES = 60
MOST_FRAME_PIXELS = 120_000_000
"""Of all frames together."""

TOO_LARGE, UNREADABLE = 3, 4
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
AS_IT_IS = ("PNG", "JPEG", "GIF", "WEBP")


def main(arguments: list[str]) -> int:
    from PIL import Image, UnidentifiedImageError

    # Our own limit is checked below, before a pixel is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(sys.stdin.buffer, formats=FORMATS) as picture:
            if max(picture.size) > MOST_SIDE or picture.width * picture.height > MOST_PIXELS:
                return TOO_LARGE
            result = measure(picture) if arguments == ["measure"] else shrink(picture, *arguments)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        return UNREADABLE
    sys.stdout.buffer.write(result)
    return 0


def measure(picture: Image) -> bytes:
    """By decoding it: a picture that can't be shown is none."""
    picture.load()
    return f"image/{(picture.format or '').lower()} {picture.width} {picture.height}".encode()


def shrink(picture: Image, width: str, height: str, method: str, movement: str) -> bytes:
    make = animation if movement == "animated" and moves(picture) else still
    return make(picture, (int(width), int(height)), method)


def moves(picture: Image) -> bool:
    frames = getattr(picture, "n_frames", 1)
    pixels = picture.width * picture.height * frames
    return 1 < frames <= MOST_FRAMES and pixels <= MOST_FRAME_PIXELS


def still(picture: Image, size: tuple[int, int], method: str) -> bytes:
    """The first frame, without what a camera wrote beside the pixels.

    A picture that is small already is sent as it is, when browsers show its format as a thumbnail.
    """
    from PIL import ImageOps

    original_size, is_moving = picture.size, getattr(picture, "is_animated", False)
    if picture.format == "JPEG":
        picture.draft("RGB", (max(size) * 4, max(size) * 4))
    ImageOps.exif_transpose(picture, in_place=True)
    smaller = resize(plain(picture), size, method)
    if smaller.size == original_size and picture.format in AS_IT_IS and not is_moving:
        sys.stdin.buffer.seek(0)
        original = sys.stdin.buffer.read(MOST_RESULT_BYTES + 1)
        if len(original) <= MOST_RESULT_BYTES:
            return original
    result = BytesIO()
    if smaller.mode == "RGBA":
        smaller.save(result, "PNG", optimize=True)
    else:
        smaller.save(result, "JPEG", quality=82, optimize=True)
    return result.getvalue()


def animation(picture: Image, size: tuple[int, int], method: str) -> bytes:
    from PIL import ImageSequence

    frames, durations_ms = [], []
    for frame in ImageSequence.Iterator(picture):
        durations_ms.append(int(frame.info.get("duration", 100)) or 100)
        frames.append(resize(frame.convert("RGBA"), size, method))
    result = BytesIO()
    frames[0].save(
        result,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=durations_ms,
        loop=0,
        quality=75,
        method=2,
    )
    return result.getvalue()


def plain(picture: Image) -> Image:
    """RGBA where something shines through, else RGB."""
    see_through = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or (
        "transparency" in picture.info
    )
    mode = "RGBA" if see_through else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def resize(picture: Image, size: tuple[int, int], method: str) -> Image:
    """At least `size`, never larger than the picture; cut to the shape of `size` by "crop"."""
    from PIL import Image, ImageOps

    if method == "crop":
        shrink = min(1.0, picture.width / size[0], picture.height / size[1])
        shape = (max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink)))
        return ImageOps.fit(picture, shape, Image.Resampling.LANCZOS)
    scale = min(1.0, max(size[0] / picture.width, size[1] / picture.height))
    shape = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if shape == picture.size:
        return picture
    return picture.resize(shape, Image.Resampling.LANCZOS, reducing_gap=2.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
