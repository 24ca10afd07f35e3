/**
 * A schema as rows that people read: one for each property, those inside of others with dots, each with its type in words.
 */
import type { Schema } from './document.ts';

/** One property. */
export interface Row {
  /** `since.offset`, `users[].id` */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly about: string;
}

/** Where the references of a document lead. */
export type Schemas = Readonly<Record<string, Schema>>;

/** How deep properties are shown inside of others. */
const DEPTH = 4;

/** The rows of an object. */
export function rowsOf(schema: Schema, schemas: Schemas, prefix = '', depth = 0): Row[] {
  const { properties = {}, required = [], allOf = [], anyOf = [], items } = resolved(schema, schemas);
  if (depth > DEPTH) return [];
  if (items) return rowsOf(items, schemas, `${prefix.replace(/\.$/, '')}[].`, depth + 1);
  const own = Object.entries(properties).flatMap(([name, property]) => {
    const inner = rowsOf(property, schemas, `${prefix}${name}.`, depth + 1);
    const about = property.description ?? resolved(property, schemas).description ?? '';
    return [
      { name: prefix + name, type: typeOf(property, schemas), isRequired: required.includes(name), about },
      ...inner,
    ];
  });
  const others = [...allOf, ...anyOf].flatMap((part) => rowsOf(part, schemas, prefix, depth));
  return [...others, ...own];
}

/** The schema that a reference leads to, or the schema itself. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name === undefined) return schema;
  const found = schemas[name];
  if (!found) throw new Error(`There is no schema ${name}.`);
  return found;
}

function typeOf(schema: Schema, schemas: Schemas): string {
  const { type, items, anyOf, enum: values, pattern, ...bounds } = resolved(schema, schemas);
  if (bounds.const !== undefined) return JSON.stringify(bounds.const);
  if (values) return 'one of the error codes';
  if (anyOf) return [...new Set(anyOf.map((part) => typeOf(part, schemas)))].join(' or ');
  if (items) return `list of ${typeOf(items, schemas)}s`;
  if (pattern !== undefined) return 'name of a channel';
  if (type === 'string') return `text${range(bounds.minLength, bounds.maxLength, ' characters')}`;
  if (type === 'integer') return `integer${range(bounds.minimum, bounds.maximum)}`;
  return type === 'boolean' ? 'true or false' : 'object';
}

function range(least?: number, most?: number, of = ''): string {
  if (most === undefined) return least === undefined ? '' : ` from ${least}`;
  return least === undefined ? `, at most ${most}${of}` : `, ${least} to ${most}${of}`;
}
