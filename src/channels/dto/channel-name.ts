import { applyDecorators } from '@nestjs/common';
import { Matches } from 'class-validator';

/** A channel's name: 1..128 characters of letters, digits and `_ . : -`. */
export function IsChannelName(): PropertyDecorator {
  return applyDecorators(
    Matches(/^[A-Za-z0-9_.:-]{1,128}$/, { message: '$property must be 1 to 128 characters of A-Z a-z 0-9 _ . : -' }),
  );
}
