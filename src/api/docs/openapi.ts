/**
 * The HTTP interface as an OpenAPI document. Routes come from the controllers and rules from the DTOs; what a program cannot know of
 * them, what each is for, is said here, once.
 */
import type { Type } from '@nestjs/common';
import { ChannelParams } from '../channels/dto/channel.params.ts';
import { HistoryQuery } from '../channels/dto/history.query.ts';
import { BatchDto, PublicationDto } from '../channels/dto/publication.dto.ts';
import { ChannelsQuery } from '../operators/dto/channels.query.ts';
import { ConnectionsQuery } from '../operators/dto/connections.query.ts';
import { RevocationDto } from '../operators/dto/revocation.dto.ts';
import type { Route } from '../routes.ts';
import { StreamQuery } from '../stream/stream.query.ts';
import { schemaOf } from './dto-schema.ts';
import type { Schema } from './dto-schema.ts';
import type { Described, OpenApi, Parameter } from './page.ts';

/** What one route is for. */
interface Operation {
  readonly summary: string;
  readonly query?: Type<object>;
  readonly body?: readonly Schema[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What it answers when all is well, by status. */
  readonly answers: Readonly<Record<number, string>>;
  readonly answerType?: string;
  /** Codes of the problems that are its own. */
  readonly problems?: Readonly<Record<number, string>>;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /api/channels/:channel/messages': {
    summary:
      'Publish one message, or up to 100 in their order. All of them are appended together; a batch is not atomic.',
    body: [schemaOf(PublicationDto), schemaOf(BatchDto, { messages: PublicationDto })],
    headers: { 'Idempotency-Key': 'Sent again under the same key, a message is appended once. 1 to 120 characters.' },
    answers: {
      200: 'Everything had been appended before, under the same key.',
      201: '{channel, epoch, offset, at, duplicate}; of a batch {results: […]} with one of these for each message.',
    },
    problems: {
      413: 'A message is larger than MAX_PAYLOAD, or the body than what is taken.',
      415: 'The body is not JSON.',
      429: 'More than RATE_LIMIT allows; API keys are not bounded.',
    },
  },
  'GET /api/channels/:channel/messages': {
    summary: 'Read the past: the newest messages before an offset, or the oldest after one.',
    query: HistoryQuery,
    answers: { 200: '{channel, epoch, messages, first, last}' },
  },
  'GET /api/channels/:channel/presence': {
    summary: 'Ask who is in a channel whose rule asks for presence.',
    answers: { 200: '{channel, users: [{id, name, connections}]}' },
  },
  'GET /api/channels/:channel/stream': {
    summary: 'Hear a channel as Server-Sent Events.',
    query: StreamQuery,
    headers: { 'Last-Event-ID': 'The id of the last event that was heard; browsers send it by themselves.' },
    answers: { 200: 'Events: welcome, message, gap, presence, goodbye, close.' },
    answerType: 'text/event-stream',
    problems: { 429: 'The address has as many connections as it may have, or connects too often.' },
  },
  'GET /api/welcome': {
    summary: 'Ask what a WebSocket is told first: who one is, and the limits. For clients that talk over HTTP.',
    answers: { 200: '{user, heartbeat: {interval, timeout}, limits: {payload, channels}, expiresIn?}' },
  },
  'GET /api/channels': {
    summary: 'List the channels in which something was said. For operators.',
    query: ChannelsQuery,
    answers: { 200: '{channels: [{channel, first, last, subscribers}], next?}' },
  },
  'GET /api/connections': {
    summary: 'List the connections to this node. For operators.',
    query: ConnectionsQuery,
    answers: { 200: '{node, connections: [{id, user, path, address, since, channels, unsent}], next?}' },
  },
  'DELETE /api/connections/:id': {
    summary: 'Close a connection with 4501, so that its client stays away. For operators.',
    answers: { 202: 'It is not at this node; with Redis, the others have been told.', 204: 'It is told to go.' },
    problems: { 404: 'There is no connection of this id; only where there are no other nodes.' },
  },
  'POST /api/revocations': {
    summary: 'Revoke all tokens of a user that were issued so far, or one by its id (jti). For operators.',
    body: [
      { ...schemaOf(RevocationDto), required: ['user'] },
      { ...schemaOf(RevocationDto), required: ['token'] },
    ],
    answers: { 201: 'What was revoked, {user} or {token}: it is kept, and holds on every node.' },
    problems: { 415: 'The body is not JSON.' },
  },
};

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'Something in the request breaks a rule; errors names each property.',
  401: 'It is not known who sent it.',
  403: 'Whoever sent it may not do this; or neither keys nor tokens are configured (api_disabled).',
  503: 'Not possible for now; Retry-After says when to try again.',
};

/**
 * The document.
 *
 * @throws Error for a route that nothing is said about
 */
export function openApiOf(routes: readonly Route[]): OpenApi {
  const paths: Record<string, Record<string, Described>> = {};
  for (const { method, path } of routes) {
    const operation = OPERATIONS[`${method} ${path}`];
    if (!operation) throw new Error(`Say in openapi.ts what ${method} ${path} is for.`);
    (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})[method.toLowerCase()] = describe(method, path, operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Belfry', version: '1', description: 'HTTP for backends and operators. docs/api.md teaches it.' },
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

const PROBLEM: Schema = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable, for programs.' },
    detail: { type: 'string', description: 'A sentence that says what to do.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { property: { type: 'string' }, rules: { type: 'array', items: { type: 'string' } } },
      },
    },
  },
};

function describe(method: string, path: string, operation: Operation): Described {
  const { summary, query, body, headers = {}, answers, answerType = 'application/json', problems } = operation;
  const channel = path.includes(':channel') ? parametersOf(ChannelParams, 'path') : [];
  const id = path.includes(':id') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : [];
  const header = Object.entries(headers).map(([name, description]) => {
    return { name, in: 'header', description, schema: { type: 'string' } };
  });
  const answered = Object.entries(answers).map(([status, description]) => [
    status,
    status === '204' || status === '202' ? { description } : { description, content: { [answerType]: {} } },
  ]);
  const refused = Object.entries({ ...PROBLEMS, ...problems }).map(([status, description]) => [
    status,
    { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
  ]);
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[/:]+(\w)/g, (_all, letter: string) => letter.toUpperCase())}`,
    summary,
    parameters: [...channel, ...id, ...(query ? parametersOf(query, 'query') : []), ...header],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: { oneOf: body } } } },
    }),
    responses: Object.fromEntries([...answered, ...refused]) as Described['responses'],
  };
}

function parametersOf(dto: Type<object>, place: 'path' | 'query'): Parameter[] {
  const { properties } = schemaOf(dto);
  return Object.entries(properties as Record<string, Schema>).map(([name, schema]) => {
    return { name, in: place, required: place === 'path', schema };
  });
}
