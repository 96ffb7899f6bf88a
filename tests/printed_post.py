"""`python -m tests.printed_post`: a post office for other programs, a line of JSON a letter."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from tests.post_office import post_office


def say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


async def main() -> None:
    async with post_office() as office:
        say(port=office.port)
        said = 0
        while True:
            with suppress(TimeoutError):
                await office.tried()
            for letter in office.delivered[said:]:
                say(mailbox=letter.mailbox, subject=letter.subject, text=letter.text)
            said = len(office.delivered)


if __name__ == "__main__":
    asyncio.run(main())
