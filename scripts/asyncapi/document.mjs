// The AsyncAPI document, put together from its sources: the types in src/protocol, the DTOs and what they check, the gateways'
// events, the codes, and the frames that docs/protocol.md shows. Wants a built server.
import { readFile } from 'node:fs/promises';
import 'reflect-metadata';
import { framesIn } from './examples.mjs';
import { withRules } from './rules.mjs';
import { schemasOf } from './types.mjs';

const root = new URL('../../', import.meta.url);
const built = async (file) => import(new URL(`dist/${file}.js`, root).href);
const read = async (file) => readFile(new URL(file, root), 'utf8');
const typesOf = async (file) => schemasOf(new URL(`src/${file}.ts`, root), schemaRef);

/** Names of classes are those of the server; a reader of the document knows no DTO. */
const named = (type) => type.replace(/Dto$/, 'Request');
const schemaRef = (type) => ({ $ref: `#/components/schemas/${named(type)}` });
const messageRef = (name) => ({ $ref: `#/components/messages/${name}` });
const within = (channel, name) => ({ $ref: `#/channels/${channel}/messages/${name}` });
const capital = (word) => word[0].toUpperCase() + word.slice(1);

const INTRODUCTION = `Announcement channels over WebSocket: every message of a channel has a number, and whoever comes back hears
what it missed. docs/protocol.md tells it in words; this document says it exactly. It is generated from the server's own types and
checks.`;

/** What each event of \`/ws\` is, in a line. */
const TITLES = {
  join: 'Hear a channel from now on, or from where you were',
  leave: 'Hear a channel no longer',
  message: 'Say something in a channel',
  history: 'Read what was said before',
  presence: 'Ask who is in a channel',
  ping: 'Ask whether the server is still there',
  auth: 'Show a token, in place of the one before it or of none',
};

const NEWS = {
  welcome: 'The first frame of all',
  message: 'Something was said',
  gap: 'Messages that will not come',
  presence: 'Somebody came or went',
  goodbye: 'The server is leaving',
  error: 'A request, or a frame, was refused',
};

/** The whole document, as data. */
export async function documentOf() {
  const [events, plain, errors, permissions] = await Promise.all(
    ['protocol/events', 'protocol/plain', 'protocol/error-codes', 'protocol/permissions'].map(typesOf),
  );
  const [{ ERROR_CODES }, { CLOSE_CODES }, { SUBPROTOCOL }, { ACTIONS }] = await Promise.all(
    ['protocol/error-codes', 'protocol/close-codes', 'protocol/events', 'protocol/permissions'].map(built),
  );
  const { version, license } = JSON.parse(await read('package.json'));
  const requests = await requestsOf();
  const types = new Map([...events, ...errors, ...permissions]);
  const examples = framesIn(await read('docs/protocol.md'));
  const ws = wsMessages(types, requests, examples);
  const plainMessages = plainOf();
  const files = [...requests].flatMap(([event, dto]) => (dto ? [event] : [])).concat('announcement');
  const dtos = await Promise.all(files.map(dtosOf));
  const messages = withoutRoles({ ...ws, ...plainMessages });
  const schemas = onlyUsed(schemasFrom([...types, ...plain], dtos, { ERROR_CODES, ACTIONS }), messages);
  return {
    asyncapi: '3.1.0',
    info: { title: 'Belfry', version, description: INTRODUCTION.replaceAll('\n', ' '), license: { name: license } },
    defaultContentType: 'application/json',
    servers: {
      here: {
        host: 'localhost:8080',
        protocol: 'ws',
        description: 'As it is started; wss with TLS, or behind a proxy.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      ws: {
        address: '/ws',
        title: 'Channels',
        description: `Channels by name, as JSON text frames. The subprotocol ${SUBPROTOCOL} may be offered.`,
        messages: Object.fromEntries(Object.keys(ws).map((name) => [name, messageRef(name)])),
        bindings: { ws: { method: 'GET', query: QUERY } },
      },
      plain: {
        address: '/',
        title: 'Announcements',
        description:
          'One channel, `announcements`, which is that of /ws too. The server sends binary frames that hold JSON.',
        messages: Object.fromEntries(Object.keys(plainMessages).map((name) => [name, messageRef(name)])),
        bindings: { ws: { method: 'GET', query: QUERY } },
      },
    },
    operations: { ...operationsOf('ws', ws), ...operationsOf('plain', plainMessages) },
    components: { messages, schemas, securitySchemes: { token: TOKEN } },
    'x-error-codes': Object.entries(ERROR_CODES).map(([code, rest]) => ({ code, ...rest })),
    'x-close-codes': Object.entries(CLOSE_CODES).map(([name, { code, reason }]) => ({
      code,
      name,
      reason,
      comeBack: code < 4500,
    })),
  };
}

const TOKEN = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'A token, or none where guests may come. Also as the subprotocol `bearer.<token>`, in the first frame, or in the query where that is switched on. One that is refused before the upgrade is 401.',
};

const QUERY = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 64, description: 'The name that a guest goes by.' },
    client: {
      type: 'string',
      minLength: 16,
      maxLength: 128,
      description: "A guest's own secret: the same user on every connection.",
    },
    token: { type: 'string', description: 'A token, with `AUTH_QUERY_TOKEN=true` alone.' },
  },
};

/** The requests of \`/ws\`: the event of each handler, and the DTO that it takes. */
async function requestsOf() {
  const { ChannelsGateway } = await built('channels/channels.gateway');
  const { prototype } = ChannelsGateway;
  const requests = new Map();
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const event = Reflect.getMetadata('message', prototype[name]);
    if (event === undefined) continue;
    const dto = (Reflect.getMetadata('design:paramtypes', prototype, name) ?? []).find((type) =>
      type.name.endsWith('Dto'),
    );
    requests.set(event, dto?.name);
  }
  return requests;
}

/** The schemas of the DTOs in a file. */
async function dtosOf(event) {
  const file = `channels/dto/${event}.dto`;
  const classes = await built(file);
  const schemas = [...(await typesOf(file))].map(([name, schema]) => [named(name), withRules(schema, classes[name])]);
  return Object.fromEntries(schemas);
}

/** Each message of \`/ws\`, with who sends it and what answers it. */
function wsMessages(types, requests, examples) {
  const answers = { ...types.get('Requests').properties, ...types.get('FloorRequests').properties };
  const messages = {};
  for (const [event, answered] of Object.entries(answers)) {
    const answer = answered.properties;
    const request = requests.get(event);
    const reply = answer.pong ? 'pong' : `${event}Ack`;
    messages[event] = {
      ...messageOf({ event, title: TITLES[event], data: dataOf(answer, request), id: 'may' }),
      role: { receives: true, replies: [reply, 'error'] },
    };
    messages[reply] = {
      ...messageOf({
        event: answer.pong ? 'pong' : 'ack',
        title: `The answer to ${event}`,
        data: [answer.pong, answer.ack].find((data) => data && !data.not),
        id: 'may',
      }),
      role: {},
    };
  }
  for (const [event, data] of Object.entries(types.get('News').properties)) {
    const name = messages[event] ? `${event}News` : event;
    messages[name] = {
      ...messageOf({ event, title: NEWS[event], data, id: event === 'error' ? 'may' : 'never' }),
      role: { sends: true },
    };
  }
  for (const { name, direction, frame } of examples) {
    const key = direction === '<' && messages[`${name}News`] ? `${name}News` : name;
    // What the server does not know is shown, and is no message of the protocol.
    if (messages[key]) messages[key].examples = [...(messages[key].examples ?? []), { payload: frame }];
  }
  return messages;
}

/** What a request takes: what its DTO checks, or of those that the floor answers what its type says. */
function dataOf({ data }, dto) {
  if (dto) return schemaRef(dto);
  return data && !data.not ? data : undefined;
}

function messageOf({ event, title, data, id }) {
  const properties = {
    event: { const: event },
    ...(data && { data }),
    ...(id === 'may' && { id: schemaRef('RequestId') }),
  };
  return {
    name: event,
    title,
    payload: { type: 'object', properties, required: data ? ['event', 'data'] : ['event'] },
  };
}

function plainOf() {
  const sent = (title, type) => ({ name: type, title, payload: schemaRef(type), role: { sends: true } });
  return {
    say: {
      name: 'say',
      title: 'Say something to everyone',
      payload: schemaRef('AnnouncementDto'),
      role: { receives: true, replies: ['plainError'] },
    },
    plainPing: {
      name: 'ping',
      title: 'Ask whether the server is still there',
      payload: { type: 'object', properties: { type: { const: 'ping' } }, required: ['type'] },
      role: { receives: true, replies: ['plainPong'] },
    },
    plainWelcome: sent('The first frame of all', 'PlainWelcome'),
    plainAnnouncement: sent('Something was said', 'PlainAnnouncement'),
    plainPong: { ...sent('The answer to a ping', 'PlainPong'), role: {} },
    plainError: sent('A frame was refused', 'PlainError'),
  };
}

/** As the server sees it: it receives what clients ask, and sends the rest. */
function operationsOf(channel, messages) {
  const operations = {};
  for (const [name, { title, role }] of Object.entries(messages)) {
    const of = { channel: { $ref: `#/channels/${channel}` }, summary: title, messages: [within(channel, name)] };
    if (role.sends) operations[`send${capital(name)}`] = { action: 'send', ...of };
    if (!role.receives) continue;
    const reply = {
      channel: { $ref: `#/channels/${channel}` },
      messages: role.replies.map((each) => within(channel, each)),
    };
    operations[`receive${capital(name)}`] = { action: 'receive', ...of, reply };
  }
  return operations;
}

function withoutRoles(messages) {
  return Object.fromEntries(Object.entries(messages).map(([name, { role: _role, ...message }]) => [name, message]));
}

/** What messages refer to: the types of the server's side, and the DTOs with what they check. */
function schemasFrom(types, dtos, { ERROR_CODES, ACTIONS }) {
  const schemas = Object.fromEntries(types);
  for (const schema of dtos) Object.assign(schemas, schema);
  schemas.ErrorCode = { type: 'string', enum: Object.keys(ERROR_CODES) };
  schemas.Action = { type: 'string', enum: [...ACTIONS] };
  schemas.RequestId = {
    description: 'A name for the request, chosen by the client; the one frame that answers carries it.',
    anyOf: [{ type: 'number' }, { type: 'string', maxLength: 64 }],
  };
  // class-validator says it by a condition, which has no name.
  schemas.MessageBodyRequest.anyOf = [{ required: ['text'] }, { required: ['data'] }];
  return schemas;
}

/** Those that a message refers to, or one that it refers to. */
function onlyUsed(schemas, messages) {
  const used = new Set();
  const look = (value) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      if (!schemas[name]) throw new Error(`There is no schema ${name}.`);
      look(schemas[name]);
    }
  };
  look(messages);
  return Object.fromEntries(
    Object.keys(schemas)
      .filter((name) => used.has(name))
      .map((name) => [name, schemas[name]]),
  );
}
