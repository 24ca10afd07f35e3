import { assert, jsonValue, property } from 'fast-check';
import { MalformedFrame } from './gateway-error.ts';
import { parseJson } from './json.ts';

/** What `parseJson` throws. */
function refusal(text: string): MalformedFrame | undefined {
  try {
    parseJson(Buffer.from(text));
  } catch (error) {
    if (error instanceof MalformedFrame) return error;
    throw error;
  }
  return undefined;
}

/** How deep a value goes, by its definition. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const nested = (levels: number, inside = ''): string => '['.repeat(levels) + inside + ']'.repeat(levels);

describe('JSON of somebody else', () => {
  it('may be nested 32 levels deep, and no deeper', () => {
    expect(parseJson(Buffer.from(nested(32)))).toBeDefined();
    expect(refusal(nested(33))?.data).toMatchObject({ code: 'invalid', message: expect.stringContaining('32') });
    expect(refusal('{"a":'.repeat(33) + '1' + '}'.repeat(33))?.data.code).toBe('invalid');
  });

  it('may have as many brackets as it likes beside each other, and in its texts', () => {
    expect(parseJson(Buffer.from(`[${'[],{},'.repeat(1000)}1]`))).toHaveLength(2001);
    const text = '[{'.repeat(100);
    expect(parseJson(Buffer.from(JSON.stringify({ text })))).toEqual({ text });
    const quoted = String.raw`\"`.repeat(3) + text;
    expect(parseJson(Buffer.from(`{"text":"${quoted}"}`))).toEqual({ text: `"""${text}` });
  });

  it('is too deep wherever the depth is hidden', () => {
    const deep = nested(40);
    for (const text of [`{"text":"\\"","x":${deep}}`, `{"text":"\\\\","x":${deep}}`, `[[],"[",${deep}]`]) {
      expect(refusal(text)?.data.code).toBe('invalid');
    }
  });

  it('that is too deep is answered under its id, within 64 KiB', () => {
    expect(refusal(`{"data":${nested(33)},"id":7}`)?.id).toBe(7);
    expect(refusal(`{"id":7,"data":${nested(30_000)}}`)?.id).toBe(7);
    expect(refusal(`{"id":7,"data":${nested(40_000)}}`)?.id).toBeUndefined();
  });

  it('is refused for its depth without a stack of that depth', () => {
    const half = 8 * 1024 * 1024;
    expect(refusal(nested(half))?.data.code).toBe('invalid');
    expect(refusal('['.repeat(2 * half))?.data.code).toBe('invalid');
  });

  it.each(['{', '[1,]', '', '{"a":1}}', '\u0000'])('is refused as bad_json where it is none (%j)', (text) => {
    expect(refusal(text)?.data.code).toBe('bad_json');
  });

  it('comes out as it is, whatever it says', () => {
    assert(
      property(jsonValue({ maxDepth: 40, depthSize: 'large' }), (value) => {
        const text = JSON.stringify(value);
        const isTooDeep = depthOf(value) > 32;
        expect(refusal(text)?.data.code).toBe(isTooDeep ? 'invalid' : undefined);
        const read = isTooDeep ? value : parseJson(Buffer.from(text));
        expect(JSON.stringify(read)).toBe(JSON.stringify(isTooDeep ? value : withoutKeys(value)));
      }),
    );
  });

  it.each(['__proto__', 'constructor', 'prototype', String.raw`\u005f_proto__`, String.raw`c\u006fnstructor`])(
    'has no key %s, on any level',
    (key) => {
      const value = parseJson(Buffer.from(`{"a":[{"${key}":{"isAdmin":true},"b":1}],"${key}":{"isAdmin":true}}`));
      expect(JSON.stringify(value)).toBe('{"a":[{"b":1}]}');
      const copy = Object.assign({}, value) as { isAdmin?: boolean; a: object[] };
      const inner = Object.assign({}, copy.a[0]) as { isAdmin?: boolean };
      expect([copy.isAdmin, inner.isAdmin]).toEqual([undefined, undefined]);
    },
  );
});

function withoutKeys(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), function drop(this: object, key, inner: unknown) {
    return ['__proto__', 'constructor', 'prototype'].includes(key) ? undefined : inner;
  });
}
