// What class-validator checks of a DTO, as JSON Schema: laid over what its types say.
import { getMetadataStorage } from 'class-validator';

const KEYWORDS = {
  isInt: () => ({ type: 'integer' }),
  isString: () => ({ type: 'string' }),
  isObject: () => ({}),
  isOptional: () => ({}),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isLength: ([minLength, maxLength]) => ({ minLength, maxLength }),
  matches: ([pattern]) => ({ pattern: pattern.source }),
};

/** `schema` with the rules of `dto`. A rule of a kind that this does not know stops it. */
export function withRules(schema, dto) {
  if (schema.allOf) return { ...schema, allOf: schema.allOf.map((part) => (part.$ref ? part : withRules(part, dto))) };
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const properties = structuredClone(schema.properties);
  for (const { propertyName, name, type, constraints } of rules) {
    // Properties of a class that it extends have their rules there.
    if (['nestedValidation', 'conditionalValidation'].includes(type) || !properties[propertyName]) continue;
    const keyword = KEYWORDS[name];
    if (!keyword) throw new Error(`${dto.name}.${propertyName}: no schema for the rule ${name}.`);
    Object.assign(properties[propertyName], keyword(constraints ?? []));
  }
  return { ...schema, properties };
}
