/**
 * Validates what a handler takes as a class (its DTO) with class-validator, for every gateway.
 * Stands before the handler, so that a handler never sees data that breaks a rule.
 */
import type { ArgumentMetadata } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { InvalidProperty } from '../../protocol/error-codes.ts';
import { isObject } from './frame.ts';
import { GatewayError } from './gateway-error.ts';

const NOT_A_CLASS = new Set<unknown>([undefined, String, Number, Boolean, Array, Object, Buffer]);

/** Nest's ValidationPipe, with the protocol's own error, and closed to what is no object. */
export class DtoPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, stopAtFirstError: false, exceptionFactory: invalid });
  }

  /** @throws GatewayError `invalid`, naming each property and every rule that it breaks */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // An array would pass: class-validator has no rules for one.
    const wantsObject = metadata.type === 'body' && !NOT_A_CLASS.has(metadata.metatype);
    if (wantsObject && !isObject(value)) {
      throw new GatewayError('invalid', undefined, [{ property: 'data', rules: ['data must be an object'] }]);
    }
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      // Nested deeper than the stack of whoever looks at it.
      if (error instanceof RangeError) throw new GatewayError('invalid', 'The data is nested too deeply.');
      throw error;
    }
  }
}

function invalid(errors: ValidationError[]): GatewayError {
  return new GatewayError('invalid', undefined, flatten(errors, ''));
}

function flatten(errors: readonly ValidationError[], prefix: string): InvalidProperty[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = prefix + property;
    const own = constraints ? [{ property: path, rules: Object.values(constraints) }] : [];
    return [...own, ...flatten(children ?? [], `${path}.`)];
  });
}
