/**
 * The plain protocol of `/`, for pages written for the smallest broadcast server there is: {"id","text"} in and out,
 * {"type":"ping"} answered by {"type":"pong"}, and what the server itself has to say as {"system":true,"text"}.
 * Everything leaves as binary frames, since such pages call `event.data.text()`.
 */
import type { ErrorCode, ErrorData } from '../protocol/error-codes.ts';
import { AUTH } from '../protocol/events.ts';
import type { MessageData } from '../protocol/events.ts';
import type { PlainAnnouncement, PlainError, PlainPong, PlainWelcome } from '../protocol/plain.ts';
import type { Frame, FrameFormat, Request } from '../gateway/messages/frame.ts';
import { MalformedFrame } from '../gateway/messages/gateway-error.ts';
import { isObject, parseJson } from '../gateway/messages/json.ts';

/** What can be said at `/`. */
type PlainFrame = PlainWelcome | PlainAnnouncement | PlainPong | PlainError;

/** These pages are Chinese and show the sentence to people; the English one, with what is wrong exactly, follows it. */
const CHINESE: Partial<Record<ErrorCode, string>> = {
  bad_json: '消息不是有效的 JSON。',
  bad_envelope: '消息必须是 JSON 对象。',
  unauthorized: '身份验证失败，请获取新的令牌。',
  forbidden: '没有权限。',
  invalid: '消息格式不正确。',
  too_many_requests: '发送过于频繁，请稍后再试。',
  unavailable: '暂时无法保存消息，请稍后再试。',
  internal: '服务器内部错误。',
};

/** The format of the announcements endpoint. */
export const PLAIN: FrameFormat = {
  decode(payload: Buffer): Request {
    const said = parseJson(payload);
    if (!isObject(said))
      throw new MalformedFrame('bad_envelope', 'Send {"id": string, "text": string}, or {"type": "ping"}.');
    if (said['type'] === 'ping') return { event: 'ping' };
    return said['type'] === AUTH ? { event: AUTH, data: said } : { event: 'message', data: said };
  },

  encode(event: string, data: unknown): Frame | undefined {
    const plain = toPlain(event, data);
    return plain && { payload: JSON.stringify(plain), binary: true };
  },

  encodeJson(event: string, json: string): Frame | undefined {
    try {
      return PLAIN.encode(event, JSON.parse(json));
    } catch {
      // A log that is shared may hold what somebody else wrote into it, and that is no JSON: nobody here is told.
      return undefined;
    }
  },
};

function toPlain(event: string, data: unknown): PlainFrame | undefined {
  switch (event) {
    case 'welcome':
      return { system: true, text: (data as { text: string }).text };
    case 'message': {
      const { from, name, text, data: content } = data as MessageData;
      return { id: name ?? from, text: text ?? JSON.stringify(content) };
    }
    case 'pong':
      return { type: 'pong' };
    case 'error':
      return { system: true, error: (data as ErrorData).code, text: sentenceOf(data as ErrorData) };
    default:
      return undefined;
  }
}

function sentenceOf({ code, message, details }: ErrorData): string {
  const rules = details?.flatMap((detail) => detail.rules).join('; ');
  return [CHINESE[code], message, rules && `(${rules})`].filter(Boolean).join(' ');
}
