/**
 * What `POST …/messages` is sent, as publications: one message or a batch, from the caller or, where that may be, on behalf of somebody.
 * Guarantees that a request sent again under its Idempotency-Key has the same key for each of its messages.
 */
import type { Publication } from '../../engine/channel-log.ts';
import { toDto } from '../../gateway/messages/dto.pipe.ts';
import { isObject, parseJson } from '../../gateway/messages/json.ts';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import type { CallerInfo } from '../callers/caller.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { BatchDto, PublicationDto } from './dto/publication.dto.ts';

/** Characters of an Idempotency-Key: with a message's place behind it, it is no longer than a key may be. */
const MOST_KEY_LENGTH = 120;

/** What is to be published. */
export interface Publications {
  readonly isBatch: boolean;
  readonly publications: readonly Publication[];
}

/** What the request says beside its body. */
export interface PublicationTerms {
  readonly caller: CallerInfo;
  /** The header Idempotency-Key, if it has one. */
  readonly header: string | undefined;
  /** Bytes of one message, as JSON. */
  readonly maxPayload: number;
}

/**
 * Reads a body.
 *
 * @throws GatewayError `invalid`, naming each property and every rule that it breaks
 * @throws ApiProblem for what is no matter of one property
 */
export async function readPublications(body: unknown, terms: PublicationTerms): Promise<Publications> {
  const isBatch = isObject(body) && 'messages' in body;
  const messages = isBatch ? (await toDto(body, BatchDto)).messages : [await toDto(body, PublicationDto)];
  checkHeader(terms.header, messages);
  for (const message of messages) checkSize(message, terms.maxPayload);
  const publications = messages.map((message, index) => publicationOf(message, terms, isBatch ? `.${index}` : ''));
  return { isBatch, publications };
}

function checkHeader(header: string | undefined, messages: readonly PublicationDto[]): void {
  if (header === undefined) return;
  if (header.length === 0 || header.length > MOST_KEY_LENGTH) {
    const rule = `Idempotency-Key must be 1 to ${MOST_KEY_LENGTH} characters`;
    throw new GatewayError('invalid', undefined, { details: [{ property: 'Idempotency-Key', rules: [rule] }] });
  }
  if (messages.some(({ key }) => key !== undefined)) {
    throw new GatewayError('invalid', 'Send either Idempotency-Key or the key of each message, not both.');
  }
}

/** As a frame on a WebSocket: neither too long nor nested too deeply. */
function checkSize(message: PublicationDto, maxPayload: number): void {
  const json = Buffer.from(JSON.stringify(message));
  if (json.length <= maxPayload) {
    parseJson(json);
    return;
  }
  throw new ApiProblem({
    status: 413,
    code: 'too_large',
    detail: `A message has at most ${maxPayload} bytes as JSON. Send less, or have MAX_PAYLOAD raised.`,
  });
}

function publicationOf(message: PublicationDto, { caller, header }: PublicationTerms, place: string): Publication {
  const { text, data } = message;
  const { user, isAdmin } = caller.identity;
  const isForOthers = message.from !== undefined || message.name !== undefined;
  if (isForOthers && !caller.hasKey && !isAdmin) {
    throw new GatewayError(
      'forbidden',
      'Only API keys and admins publish in the name of others: leave out from and name.',
    );
  }
  const { from = user.id, name = message.from === undefined ? user.name : undefined } = message;
  const key = header === undefined ? message.key : `${header}${place}`;
  return {
    from,
    ...(name !== undefined && { name }),
    ...(text !== undefined && { text }),
    ...(data !== undefined && { data }),
    ...(key !== undefined && { key }),
  };
}
