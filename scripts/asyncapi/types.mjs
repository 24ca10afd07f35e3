// Reads interfaces and classes of TypeScript as JSON Schema: what the protocol's types and DTOs say, with their comments. Reads
// syntax alone, so that a type of a kind that it does not know stops it rather than being left out.
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/** The schemas of everything that a file exports, by name. `ref` says how one type names another. */
export async function schemasOf(file, ref) {
  const source = ts.createSourceFile(file.pathname, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const schemas = new Map();
  for (const node of source.statements) {
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node))
      schemas.set(node.name.text, objectOf(node, ref));
    else if (ts.isTypeAliasDeclaration(node) && ts.isUnionTypeNode(node.type)) {
      schemas.set(node.name.text, { ...describing(node), ...schemaOf(node.type, ref) });
    }
  }
  return schemas;
}

/** What a node's comment says, without its marks. */
function describing(node) {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comment?.comment);
  return text ? { description: text.replaceAll(/\s+/g, ' ').trim() } : {};
}

function objectOf(node, ref) {
  const members = node.members.filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member));
  const own = {
    type: 'object',
    properties: Object.fromEntries(
      members.map((member) => [member.name.text, { ...describing(member), ...schemaOf(member.type, ref) }]),
    ),
    ...required(members),
  };
  const parents = (node.heritageClauses ?? []).flatMap(({ types }) =>
    types.map(({ expression }) => ref(expression.text)),
  );
  return { ...describing(node), ...(parents.length > 0 ? { allOf: [...parents, own] } : own) };
}

function required(members) {
  const names = members.filter(({ questionToken }) => !questionToken).map(({ name }) => name.text);
  return names.length > 0 ? { required: names } : {};
}

function schemaOf(node, ref) {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: 'string' };
    // Offsets, counts and milliseconds: there is no other number in the protocol.
    case ts.SyntaxKind.NumberKeyword:
      return { type: 'integer' };
    case ts.SyntaxKind.BooleanKeyword:
      return { type: 'boolean' };
    case ts.SyntaxKind.UnknownKeyword:
      return {};
    case ts.SyntaxKind.UndefinedKeyword:
      return { not: {} };
    case ts.SyntaxKind.LiteralType:
      return { const: node.literal.kind === ts.SyntaxKind.TrueKeyword ? true : node.literal.text };
    case ts.SyntaxKind.TypeOperator:
      return schemaOf(node.type, ref);
    case ts.SyntaxKind.ArrayType:
      return { type: 'array', items: schemaOf(node.elementType, ref) };
    case ts.SyntaxKind.TypeLiteral:
      return objectOf(node, ref);
    case ts.SyntaxKind.UnionType:
      return { anyOf: node.types.map((type) => schemaOf(type, ref)) };
    case ts.SyntaxKind.TypeReference:
      return referenceOf(node, ref);
    default:
      throw new Error(`No schema for ${node.getText()}.`);
  }
}

function referenceOf({ typeName, typeArguments = [] }, ref) {
  switch (typeName.getText()) {
    case 'Readonly':
      return schemaOf(typeArguments[0], ref);
    case 'Record':
      return { type: 'object' };
    default:
      return ref(typeName.getText());
  }
}
