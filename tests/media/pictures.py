"""Pictures to upload, and a header that promises more pixels than there are."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image


def picture(width: int, height: int, format: str, *, mode: str = "RGB") -> bytes:
    """A picture with a gradient, so that it doesn't compress to nothing."""
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    result = BytesIO()
    image.save(result, format)
    return result.getvalue()


def moving_picture(width: int, height: int, frames: int, format: str = "GIF") -> bytes:
    images = [Image.new("RGB", (width, height), (shade * 7 % 256, 0, 0)) for shade in range(frames)]
    result = BytesIO()
    images[0].save(result, format, save_all=True, append_images=images[1:], duration=50)
    return result.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A well-formed PNG of one colour: tiny to send, `width` x `height` bytes to decode."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", deflated_zeros(height, width + 1))
    return b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IEND", b"")


def deflated_zeros(rows: int, row_bytes: int) -> bytes:
    """What zlib makes of that many zeros, without going through all of them."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    row = compressor.compress(bytes(row_bytes)) + compressor.flush(zlib.Z_FULL_FLUSH)
    checksum = (rows * row_bytes % 65521) << 16 | 1
    return b"\x78\xda" + row * rows + compressor.flush() + struct.pack(">I", checksum)


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image
