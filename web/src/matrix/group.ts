import { EventType, type MatrixClient, type Room, RoomEvent, RoomStateEvent } from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";
import { batched } from "@/kit/batch";
import { Signal } from "@/kit/signal";
import { formerRooms } from "./directChats";
import { type Person, personIn } from "./timeline/message";

export interface Member extends Person {
  me: boolean;
  /** Asked, and not yet here. */
  invited: boolean;
  owner: boolean;
  removable: boolean;
  /** May be made an owner by this person. */
  promotable: boolean;
}

export interface GroupView {
  name: string;
  members: readonly Member[];
  mayInvite: boolean;
  mayRename: boolean;
}

const OWNER_LEVEL = 100;

/** Those to whom a group can be handed by its only owner; null when nobody need be asked. */
export function heirsOf({ members }: GroupView): readonly Member[] | null {
  const here = members.filter(({ invited }) => !invited);
  const owners = here.filter(({ owner }) => owner);
  const others = here.filter(({ me }) => !me);
  const isOnlyOwner = owners.length === 1 && owners[0]?.me;
  return isOnlyOwner && others.length > 0 ? others : null;
}

/** The people of a chat, and what one may do there. Follow it while its page is open. */
export class Group {
  readonly view: Signal<GroupView | null>;
  readonly #stop: (() => void)[] = [];

  constructor(
    private readonly client: MatrixClient,
    private readonly room: Room,
  ) {
    this.view = new Signal<GroupView | null>(this.#look());
  }

  follow(): void {
    const { room } = this;
    const refresh = batched(() => this.view.set(this.#look()));
    room.on(RoomStateEvent.Events, refresh);
    room.on(RoomEvent.Name, refresh);
    this.#stop.push(
      () => room.off(RoomStateEvent.Events, refresh),
      () => room.off(RoomEvent.Name, refresh),
    );
    // Without a connection those stay who are known on this device.
    void room.loadMembersIfNeeded().then(refresh, () => {});
  }

  async invite(userId: string): Promise<void> {
    await this.client.invite(this.room.roomId, userId);
  }

  async rename(name: string): Promise<void> {
    await this.client.setRoomName(this.room.roomId, name);
  }

  async remove(userId: string): Promise<void> {
    await this.client.kick(this.room.roomId, userId);
  }

  /** One more who looks after the group. */
  async makeOwner(userId: string): Promise<void> {
    await this.client.setPowerLevel(this.room.roomId, userId, OWNER_LEVEL);
  }

  /** Leaves for good: it goes from the list, too, with all that stood in it. */
  async leave(): Promise<void> {
    for (const { roomId } of [...formerRooms(this.client, this.room), this.room]) {
      await this.client.leave(roomId);
      await this.client.forget(roomId);
    }
  }

  close(): void {
    for (const stop of this.#stop.splice(0)) stop();
  }

  #look(): GroupView {
    const me = this.client.getSafeUserId();
    const state = this.room.currentState;
    return {
      name: this.room.name,
      members: this.#members(me),
      mayInvite: this.room.canInvite(me),
      mayRename: state.maySendStateEvent(EventType.RoomName, me),
    };
  }

  #members(me: string): Member[] {
    const here: string[] = [KnownMembership.Join, KnownMembership.Invite];
    const myLevel = this.room.getMember(me)?.powerLevel ?? 0;
    const members = this.room.getMembers().filter((m) => here.includes(m.membership ?? ""));
    const mayPromote =
      myLevel >= OWNER_LEVEL &&
      this.room.currentState.maySendStateEvent(EventType.RoomPowerLevels, me);
    const mayKick = this.room.currentState.hasSufficientPowerLevelFor("kick", myLevel);
    return members
      .map((m) => ({
        ...personIn(this.room, m.userId),
        me: m.userId === me,
        invited: m.membership === KnownMembership.Invite,
        owner: m.powerLevel >= OWNER_LEVEL,
        removable: mayKick && m.userId !== me && m.powerLevel < myLevel,
        promotable:
          mayPromote && m.membership === KnownMembership.Join && m.powerLevel < OWNER_LEVEL,
      }))
      .sort((a, b) => Number(b.owner) - Number(a.owner) || Number(a.invited) - Number(b.invited));
  }
}
