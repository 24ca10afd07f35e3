import { applyDecorators } from '@nestjs/common';
import { Matches } from 'class-validator';

const NAME = /^[A-Za-z0-9_.:-]{1,128}$/;

/** The same, or the one of the server's own that operators hear. */
const HEARD = /^(?:[A-Za-z0-9_.:-]{1,128}|\$stats)$/;

/** Whether a client may use a channel of this name; the server has some of its own that no client may. */
export function isChannelName(name: string): boolean {
  return NAME.test(name);
}

/** The name of a channel to hear: as any channel's, or `$stats`, which is for operators. */
export function IsHeardChannelName(): PropertyDecorator {
  return applyDecorators(
    Matches(HEARD, { message: '$property must be 1 to 128 characters of A-Z a-z 0-9 _ . : -, or $stats' }),
  );
}

/** A channel's name: 1..128 characters of letters, digits and `_ . : -`. */
export function IsChannelName(): PropertyDecorator {
  return applyDecorators(Matches(NAME, { message: '$property must be 1 to 128 characters of A-Z a-z 0-9 _ . : -' }));
}
