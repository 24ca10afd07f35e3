/**
 * The page at `/docs`: docs/asyncapi.yaml as HTML that reads without a script. Made when the page is built (vite.config.ts).
 */
import type { AsyncApi, Endpoint, Message, Operation, Schema } from './document.ts';
import { resolved, rowsOf } from './properties.ts';
import type { Row } from './properties.ts';

const REASONS: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };

/** The whole page. */
export function render(document: AsyncApi): string {
  const { info, channels } = document;
  const endpoints = Object.entries(channels);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>The protocol of ${text(info.title)}</title>
    <link rel="icon" href="/bell.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/docs/docs.css" />
  </head>
  <body>
    <header>
      <img src="/bell.svg" alt="" width="40" height="40" />
      <h1>${text(info.title)} <small>protocol, version ${text(info.version)}</small></h1>
    </header>
    <nav aria-label="On this page">
      ${endpoints.map(([id, { address, title }]) => `<a href="#${id}">${text(title)} <code>${text(address)}</code></a>`).join('\n      ')}
      <a href="#errors">Error codes</a>
      <a href="#closing">Close codes</a>
      <a href="/docs/asyncapi.yaml">AsyncAPI</a>
    </nav>
    <main>
      <p>${text(info.description)}</p>
      ${endpoints.map(([id, endpoint]) => endpointOf(id, endpoint, document)).join('\n')}
      ${codes(document)}
    </main>
  </body>
</html>
`;
}

function endpointOf(id: string, { address, title, description, bindings }: Endpoint, document: AsyncApi): string {
  const { schemas } = document.components;
  const own = Object.values(document.operations).filter(({ channel }) => channel.$ref.endsWith(`/${id}`));
  const [asked, told] = (['receive', 'send'] as const).map((action) => own.filter((each) => each.action === action));
  const articles = (operations: readonly Operation[] = []): string =>
    operations.map((operation) => article(operation, id, document)).join('\n');
  return `<section aria-labelledby="${id}">
    <h2 id="${id}">${text(title)} <code>${text(address)}</code></h2>
    <p>${text(description)}</p>
    <details><summary>What the address may carry</summary>${table(rowsOf(bindings.ws.query, schemas))}</details>
    <h3>What you send</h3>
    ${articles(asked)}
    <h3>What you hear</h3>
    ${articles(told)}
  </section>`;
}

function article({ messages: [ref], reply }: Operation, endpoint: string, document: AsyncApi): string {
  const message = messageAt(ref?.$ref ?? '', document);
  const answers = (reply?.messages ?? []).map(({ $ref }) => messageAt($ref, document));
  const id = `${endpoint}-${ref?.$ref.split('/').at(-1) ?? ''}`;
  return `<article aria-labelledby="${id}">
    <h4 id="${id}"><code>${text(message.name)}</code> ${text(message.title)}</h4>
    ${dataOf(message, document)}
    ${answers
      .filter(({ name }) => name !== 'error')
      .map(
        (answer) => `<p class="answer">Answered with <code>${text(answer.name)}</code></p>${dataOf(answer, document)}`,
      )
      .join('\n')}
  </article>`;
}

/** What it carries: \`data\` of an envelope, or the whole of a plain frame. */
function dataOf({ payload, examples = [] }: Message, { components: { schemas } }: AsyncApi): string {
  const whole = resolved(payload, schemas);
  const isEnvelope = whole.properties?.['event'] !== undefined;
  const data: Schema | undefined = isEnvelope ? whole.properties?.['data'] : whole;
  const about = data && resolved(data, schemas).description;
  const shown = examples
    .slice(0, 1)
    .map((example) => `<pre tabindex="0"><code>${text(JSON.stringify(example.payload))}</code></pre>`);
  return [about && `<p>${text(about)}</p>`, data && table(rowsOf(data, schemas)), ...shown].filter(Boolean).join('\n');
}

function messageAt(ref: string, { components: { messages } }: AsyncApi): Message {
  const message = messages[ref.split('/').at(-1) ?? ''];
  if (!message) throw new Error(`There is no message at ${ref}.`);
  return message;
}

function table(rows: readonly Row[]): string {
  return tableOf(
    ['property', 'type', 'meaning'],
    rows.map(({ name, type, isRequired, about }) => [
      `<code>${text(name)}</code>${isRequired ? '' : ' <span class="optional">optional</span>'}`,
      text(type),
      text(about),
    ]),
  );
}

function codes(document: AsyncApi): string {
  const errors = document['x-error-codes'].map(({ code, message, temporary }) => [
    `<code>${text(code)}</code>`,
    text(message),
    REASONS[String(temporary)] ?? '',
  ]);
  const closing = document['x-close-codes'].map(({ code, name, reason, comeBack }) => [
    `<code>${code}</code>`,
    `${text(reason)} <code>${text(name)}</code>`,
    REASONS[String(comeBack)] ?? '',
  ]);
  return `<section aria-labelledby="errors">
    <h2 id="errors">Error codes</h2>
    ${tableOf(['code', 'what it says', 'try again?'], errors)}
  </section>
  <section aria-labelledby="closing">
    <h2 id="closing">Close codes</h2>
    <p>Of our own, 4000 to 4499 say come back, and 4500 to 4999 don't: act on the range for a code that you don't know.</p>
    ${tableOf(['code', 'why', 'come back?'], closing)}
  </section>`;
}

/** Cells are HTML already. */
function tableOf(heads: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  if (rows.length === 0) return '';
  const head = heads.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<div class="table" tabindex="0" role="group" aria-label="Table of ${heads[0] ?? ''}s"><table><thead><tr>${head}</tr></thead><tbody>
    ${body}
  </tbody></table></div>`;
}

/** Text as HTML; what stands between backquotes as code. */
function text(raw: string): string {
  const safe = raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return safe.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
