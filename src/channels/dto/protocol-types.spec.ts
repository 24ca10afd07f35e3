/** The types that clients are built on and the classes that the server validates with are the same, or `tsc` says so. */
import 'reflect-metadata';
import type { Requests } from '../../protocol/events.ts';
import { ChannelsGateway } from '../channels.gateway.ts';
import type { HistoryDto } from './history.dto.ts';
import type { JoinDto } from './join.dto.ts';
import type { LeaveDto } from './leave.dto.ts';
import type { MessageDto } from './message.dto.ts';
import type { PresenceDto } from './presence.dto.ts';

/** True when each can stand for the other, property by property. */
type Same<One, Other> = [One, keyof One] extends [Other, keyof Other]
  ? [Other, keyof Other] extends [One, keyof One]
    ? true
    : never
  : never;

interface Dtos {
  readonly join: JoinDto;
  readonly leave: LeaveDto;
  readonly message: MessageDto;
  readonly history: HistoryDto;
  readonly presence: PresenceDto;
  readonly ping: undefined;
}

const SAME: { readonly [Event in keyof Requests]: Same<Dtos[Event], Requests[Event]['data']> } = {
  join: true,
  leave: true,
  message: true,
  history: true,
  presence: true,
  ping: true,
};

describe('the types of the protocol', () => {
  it('name exactly the requests that the gateway at /ws handles', () => {
    const methods = Object.values(Object.getOwnPropertyDescriptors(ChannelsGateway.prototype));
    const handled = methods.map(({ value }) => Reflect.getMetadata('message', value as object) as string | undefined);
    expect(handled.filter((event) => event !== undefined).toSorted()).toEqual(Object.keys(SAME).toSorted());
  });
});
