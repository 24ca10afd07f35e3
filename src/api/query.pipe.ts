/**
 * Validates what a handler takes from the address as a class: `@Param()` and `@Query()` whole. Their values are texts, so that a DTO
 * says with `@Type(() => Number)` what is a number.
 */
import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { toDto } from '../gateway/messages/dto.pipe.ts';

/** For controllers: `@UsePipes(QueryPipe)`. */
@Injectable()
export class QueryPipe implements PipeTransform {
  /** @throws GatewayError `invalid`, naming each property and every rule that it breaks */
  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    const isDto = (type === 'query' || type === 'param') && data === undefined && metatype !== undefined;
    return isDto ? toDto({ ...(value as object) }, metatype as Type<object>) : value;
  }
}
