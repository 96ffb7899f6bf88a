"""The child's first steps: it limits itself, then becomes the program.

Run by path and in isolated mode, so that neither this nor the program can import anything of the
server. Usage: limits.py MEMORY_BYTES CPU_SECONDS OUTPUT_BYTES PROGRAM ARGUMENT...
"""

from __future__ import annotations

import resource
import runpy
import sys

OPEN_FILES = 32
OUT_OF_MEMORY = 3


def main(memory_bytes: int, cpu_seconds: int, output_bytes: int, program: str) -> None:
    for what, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    try:
        runpy.run_path(program, run_name="__main__")
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    memory_bytes, cpu_seconds, output_bytes = map(int, sys.argv[1:4])
    del sys.argv[:4]
    main(memory_bytes, cpu_seconds, output_bytes, sys.argv[0])
