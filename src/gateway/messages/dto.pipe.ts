/**
 * Validates what a handler takes as a class (its DTO) with class-validator, for every gateway.
 * Stands before the handler, so that a handler never sees data that breaks a rule.
 */
import type { ArgumentMetadata, Type } from '@nestjs/common';
import { ValidationPipe } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, ValidateIf } from 'class-validator';
import type { ValidationError } from 'class-validator';
import type { InvalidProperty } from '../../protocol/error-codes.ts';
import { GatewayError } from './gateway-error.ts';
import { isObject, removePrototypeKeys } from './json.ts';

const NOT_A_CLASS = new Set<unknown>([undefined, String, Number, Boolean, Array, Object, Buffer]);

/**
 * Nest's ValidationPipe for handlers that take a whole class as their message, without what only HTTP needs (files, sparse
 * arrays), and with the protocol's own error. Every other argument is Nest's.
 */
export class DtoPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, stopAtFirstError: false, exceptionFactory: invalid });
  }

  /** @throws GatewayError `invalid`, naming each property and every rule that it breaks */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype, data } = metadata;
    if (type !== 'body') return Promise.resolve(value);
    const isDto = data === undefined && metatype !== undefined && !NOT_A_CLASS.has(metatype);
    return isDto ? toDto(value, metatype as Type<object>) : super.transform(value, metadata);
  }
}

/**
 * `value` as an instance of its class.
 *
 * @throws GatewayError `invalid`, naming each property and every rule that it breaks
 */
export async function toDto<T extends object>(value: unknown, dto: Type<T>): Promise<T> {
  if (!isObject(value)) {
    throw new GatewayError('invalid', undefined, {
      details: [{ property: 'data', rules: ['data must be an object'] }],
    });
  }
  try {
    // class-validator finds the rules by `constructor`: what another frame format than JSON brings along would pass them by.
    removePrototypeKeys(value);
    const entity = plainToInstance(dto, value);
    const errors = await validate(entity, { forbidUnknownValues: false });
    if (errors.length > 0) throw invalid(errors);
    return entity;
  } catch (error) {
    // Nested deeper than the stack of whoever looks at it.
    if (error instanceof RangeError) throw new GatewayError('invalid', 'The data is nested too deeply.');
    throw error;
  }
}

function invalid(errors: ValidationError[]): GatewayError {
  return new GatewayError('invalid', undefined, { details: flatten(errors, '') });
}

function flatten(errors: readonly ValidationError[], prefix: string): InvalidProperty[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = prefix + property;
    const own = constraints ? [{ property: path, rules: Object.values(constraints) }] : [];
    return [...own, ...flatten(children ?? [], `${path}.`)];
  });
}

/**
 * For a property that need not be there. Unlike class-validator's `IsOptional` it does not take null, which programs send for what
 * they have not: it would pass all rules, and be taken for a value.
 */
export function MayBeLeftOut(): PropertyDecorator {
  return ValidateIf((_dto: object, value: unknown) => value !== undefined);
}
