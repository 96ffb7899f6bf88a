"""Some hours in the life of four people, on virtual time.

Each does something at random moments, on either of two devices. The devices wait for news, are put
away for a while, and come back.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from tests.delayed.test_delayed_events import ALL, DELAY, send_path
from tests.people import Answer, segment, sign_up
from tests.sync.expiring_device import ExpiringDevice
from tests.virtual_time import BEGINNING_MS

NAMES = ("alice", "bob", "carol", "dave")
VERSIONS = ("11", "12")
"""A room's id is random in the first, and a hash in the second."""
MINUTE = 60.0
PAUSE = 2 * MINUTE
"""On average, between two things that a person does for themselves."""
TOGETHER = 0.03
"""Once a minute some do something, and come back, within so many seconds of each other."""
POLL_SECONDS = 30.0
LATENESS = 15.0
"""What hiccups of the disk may add to anything."""
POLLS = 40
"""At most, until the device is put away."""
ABSENCES = (0.0, 5.0, MINUTE, 3 * MINUTE, 12 * MINUTE)
"""In the longer ones a person goes away for the others, too."""
LONGEST_DELAY = 10 * MINUTE

Doing = Callable[[ExpiringDevice, str, Random], Awaitable[Answer | None]]


@dataclass
class Delay:
    owner: ExpiringDevice
    delay_id: str
    seconds: int
    due_at: float | None
    """None when somebody has sent or cancelled it before."""


class Life:
    def __init__(self, seed: int, hours: float) -> None:
        self._seed = seed
        self._ends_at = hours * 60 * MINUTE
        self.homes: dict[str, list[ExpiringDevice]] = {}
        self.rooms: list[str] = []
        self.said: dict[str, list[str]] = {}
        """Ids of events, by room."""
        self.delays: list[Delay] = []
        self.done: set[Doing] = set()
        self.doings: dict[Doing, int] = {
            self._speak: 10,
            self._speak_later: 3,
            self._change_mind: 3,
            self._type: 4,
            self._read: 3,
            self._take_back: 2,
            self._rename: 2,
            self._come_or_go: 2,
            self._say_presence: 1,
        }

    @property
    def devices(self) -> list[ExpiringDevice]:
        return [device for home in self.homes.values() for device in home]

    async def begin(self, http: httpx.AsyncClient) -> None:
        for name in NAMES:
            await sign_up(http, name)
            self.homes[name] = [ExpiringDevice(http), ExpiringDevice(http)]
            for device in self.homes[name]:
                await device.sign_in(name)
        owner, *others = (home[0] for home in self.homes.values())
        for version in VERSIONS:
            room_id = await owner.create_room(preset="public_chat", room_version=version)
            self.rooms.append(room_id)
            self.said[room_id] = []
            for other in others:
                (await other.join(room_id)).ok()

    async def pass_by(self) -> None:
        """Until all that was begun is over."""
        async with asyncio.TaskGroup() as tasks:
            for name, home in self.homes.items():
                tasks.create_task(self._act(home, Random(f"{self._seed} {name}")))
                for number, device in enumerate(home):
                    dice = Random(f"{self._seed} {name} {number}")
                    tasks.create_task(self._follow(device, dice))

    async def _follow(self, device: ExpiringDevice, dice: Random) -> None:
        while now() < self._ends_at + LONGEST_DELAY + MINUTE:
            for _ in range(dice.randint(1, POLLS)):
                asked_at = now()
                answer = await device.follow(int(POLL_SECONDS * 1000))
                assert now() - asked_at < POLL_SECONDS + LATENESS
                sent_at = [at for at in times_of(answer) if at >= asked_at]
                assert all(now() - at < LATENESS for at in sent_at), "who waits is told at once"
            await asyncio.sleep(_until_moment(now() + dice.choice(ABSENCES), dice))

    async def _act(self, home: list[ExpiringDevice], dice: Random) -> None:
        """What is refused must not show either."""
        while True:
            await asyncio.sleep(_pause(dice))
            if now() >= self._ends_at:
                return
            (doing,) = dice.choices(list(self.doings), list(self.doings.values()))
            answer = await doing(dice.choice(home), dice.choice(self.rooms), dice)
            if answer is not None and answer.status == 200:
                self.done.add(doing)

    async def _speak(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer:
        answer = await who.send(room_id, {"msgtype": "m.text", "body": f"{dice.random()}"})
        if answer.status == 200:
            self.said[room_id].append(answer["event_id"])
        return answer

    async def _speak_later(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer:
        seconds = dice.randint(1, int(LONGEST_DELAY))
        path = send_path(room_id, txn_id=f"later {dice.random()}")
        text = {"msgtype": "m.text", "body": "in a while"}
        answer = await who.put(path, text, **{DELAY: seconds * 1000})
        if answer.status == 200:
            self.delays.append(Delay(who, answer["delay_id"], seconds, now() + seconds))
        return answer

    async def _change_mind(
        self, _who: ExpiringDevice, _room_id: str, dice: Random
    ) -> Answer | None:
        left = [delay for delay in self.delays if delay.due_at and delay.due_at > now()]
        if not left:
            return None
        delay, action = dice.choice(left), dice.choice(["send", "cancel", "restart"])
        answer = await delay.owner.post(f"{ALL}/{delay.delay_id}/{action}")
        if answer.status == 200:
            delay.due_at = now() + delay.seconds if action == "restart" else None
        return answer

    async def _type(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer:
        path = f"/rooms/{segment(room_id)}/typing/{segment(who.user_id)}"
        return await who.put(path, {"typing": True, "timeout": dice.randint(1_000, 120_000)})

    async def _read(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer | None:
        if not self.said[room_id]:
            return None
        kind = dice.choice(["m.read", "m.read.private"])
        event_id = dice.choice(self.said[room_id][-10:])
        return await who.post(f"/rooms/{segment(room_id)}/receipt/{kind}/{segment(event_id)}")

    async def _take_back(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer | None:
        if not self.said[room_id]:
            return None
        event_id = segment(dice.choice(self.said[room_id]))
        return await who.put(f"/rooms/{segment(room_id)}/redact/{event_id}/{dice.random()}")

    async def _rename(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer:
        return await who.set_state(room_id, "m.room.name", {"name": f"{dice.random()}"})

    async def _come_or_go(self, who: ExpiringDevice, room_id: str, dice: Random) -> Answer:
        return await (who.leave(room_id) if dice.random() < 0.4 else who.join(room_id))

    async def _say_presence(self, who: ExpiringDevice, _room_id: str, dice: Random) -> Answer:
        presence = dice.choice(["online", "unavailable", "offline"])
        path = f"/presence/{segment(who.user_id)}/status"
        return await who.put(path, {"presence": presence, "status_msg": f"{dice.random()}"})


def _pause(dice: Random) -> float:
    at = now() + dice.expovariate(1 / PAUSE)
    match dice.randrange(3):
        case 0:
            return at - now()
        case 1:
            return _until_moment(at, dice)
        case _:
            return dice.random() * TOGETHER


def _until_moment(at: float, dice: Random) -> float:
    """After `at`, when others do something, too."""
    return math.ceil(at / MINUTE) * MINUTE - now() + dice.random() * TOGETHER


def times_of(answer: dict[str, Any]) -> Iterator[float]:
    """When what is new was sent; not what a person is shown who has just come in."""
    for room in answer.get("rooms", {}).get("join", {}).values():
        timeline = room.get("timeline", {})
        if timeline.get("limited"):
            continue
        for event in timeline.get("events", []):
            yield seconds_of(event["origin_server_ts"])


def seconds_of(timestamp_ms: int) -> float:
    return (timestamp_ms - BEGINNING_MS) / 1000


def now() -> float:
    return asyncio.get_running_loop().time()
