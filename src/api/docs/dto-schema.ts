/**
 * A DTO as JSON Schema, read from the rules that class-validator checks: what the documentation says is what holds.
 */
import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

/** A JSON Schema, as far as DTOs need it. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

interface Rule {
  readonly propertyName: string;
  readonly name?: string;
  readonly type: string;
  readonly constraints?: readonly unknown[];
}

/**
 * The schema of a DTO: an object with its properties, each with the rules that it has.
 *
 * @param nested the DTO of each property that is a list of them
 */
export function schemaOf(dto: Type<object>, nested: Readonly<Record<string, Type<object>>> = {}): Schema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false) as unknown as readonly Rule[];
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))].toSorted();
  const isOptional = (name: string): boolean =>
    rules.some(({ propertyName, type }) => propertyName === name && type === 'conditionalValidation');
  const properties = names.map((name): [string, Schema] => {
    const own = rules.filter(({ propertyName }) => propertyName === name);
    return [name, Object.assign({}, ...own.map((rule) => keywordsOf(rule, nested))) as Schema];
  });
  const required = names.filter((name) => !isOptional(name));
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 && { required }) };
}

function keywordsOf(
  { name, type, constraints = [], propertyName }: Rule,
  nested: Readonly<Record<string, Type<object>>>,
): Schema {
  const [first, second] = constraints;
  switch (type === 'nestedValidation' ? type : (name ?? '')) {
    case 'isString':
      return { type: 'string' };
    case 'isInt':
      return { type: 'integer' };
    case 'isObject':
      return { type: 'object' };
    case 'isArray':
      return { type: 'array' };
    case 'isLength':
      return { type: 'string', minLength: first, maxLength: second };
    case 'min':
      return { minimum: first };
    case 'max':
      return { maximum: first };
    case 'arrayMinSize':
      return { minItems: first };
    case 'arrayMaxSize':
      return { maxItems: first };
    case 'matches':
      return { type: 'string', pattern: (first as RegExp).source };
    case 'nestedValidation': {
      const dto = nested[propertyName];
      return dto ? { items: schemaOf(dto) } : {};
    }
    default:
      return {};
  }
}
