/**
 * The OpenAPI document as a page that reads without a script. It looks like the page at /docs, whose style sheet it uses.
 */
import type { Schema } from './dto-schema.ts';

/** One parameter of a route. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

/** One route. */
export interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: { readonly oneOf: readonly Schema[] } }>>;
  };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** The document. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly security: readonly object[];
  readonly components: object;
}

/** The whole page. */
export function pageOf({ info, paths }: OpenApi): string {
  const articles = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => article(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Belfry: HTTP for backends</title>
    <link rel="icon" href="/bell.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/docs/docs.css" />
  </head>
  <body>
    <header>
      <img src="/bell.svg" alt="" width="40" height="40" />
      <h1>Belfry <small>HTTP for backends</small></h1>
    </header>
    <nav aria-label="More">
      <a href="/api/docs/openapi.json">OpenAPI</a>
      <a href="/docs">The protocol of WebSockets</a>
    </nav>
    <main>
      <p>${text(info.description)} Every refusal is a problem document (RFC 9457) with a stable <code>code</code>.</p>
      ${articles.join('\n')}
    </main>
  </body>
</html>
`;
}

function article(route: string, { summary, parameters, requestBody, responses }: Described): string {
  const bodies = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => schema.oneOf);
  const taken = parameters.map((each) => [
    `<code>${text(each.name)}</code> <span class="optional">${each.in}${each.required === true ? '' : ', optional'}</span>`,
    text([each.description, rulesOf(each.schema)].filter(Boolean).join(' ')),
  ]);
  const answers = Object.entries(responses).map(([status, { description }]) => [status, text(description)]);
  return `<article>
    <h4><code>${text(route)}</code></h4>
    <p>${text(summary)}</p>
    ${taken.length > 0 ? table(['Parameter', 'What it is'], taken) : ''}
    ${bodies.map((body) => `<p class="answer">Body</p>${table(['Property', 'What it may be'], rowsOf(body))}`).join('\n')}
    <details><summary>Answers</summary>${table(['Status', 'Meaning'], answers)}</details>
  </article>`;
}

function rowsOf({ properties = {}, required = [] }: Schema): string[][] {
  const isRequired = new Set(required as readonly string[]);
  return Object.entries(properties as Readonly<Record<string, Schema>>).map(([name, schema]) => [
    `<code>${text(name)}</code>${isRequired.has(name) ? '' : ' <span class="optional">optional</span>'}`,
    text(rulesOf(schema)),
  ]);
}

/** `string, minLength 1, maxLength 4096` */
function rulesOf(schema: Schema): string {
  return Object.entries(schema)
    .filter(([, value]) => typeof value !== 'object')
    .toSorted(([one], [other]) => Number(other === 'type') - Number(one === 'type'))
    .map(([keyword, value]) => (keyword === 'type' ? String(value) : `${keyword} ${String(value)}`))
    .join(', ');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="table"><table><thead><tr>${cells('th', heads)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cells(tag: string, row: readonly string[]): string {
  return row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
