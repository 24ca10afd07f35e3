import { assert, constantFrom, property, string } from 'fast-check';
import { originTest, parseOrigin } from './origin-patterns.ts';

/** Whether a page of `origin` is one of `pattern`. */
function isOf(pattern: string, origin: string): boolean {
  const test = originTest(pattern);
  if (!test) throw new Error(`${pattern} is no pattern.`);
  return test(origin, parseOrigin(origin));
}

describe('a pattern of origins', () => {
  it.each([
    ['https://example.org', 'https://example.org'],
    ['https://example.org', 'https://example.org:443'],
    ['https://EXAMPLE.org:443', 'https://example.org'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example'],
    ['https://*.example.org', 'https://a.example.org'],
    ['https://*.example.org', 'https://a.b.example.org'],
    ['https://*.example.org', 'https://A.Example.ORG'],
    ['https://*.example.org:8443', 'https://a.example.org:8443'],
    ['https://*.example.org:*', 'https://a.example.org:8443'],
    ['http://localhost:*', 'http://localhost:5173'],
    ['http://[::1]:*', 'http://[::1]:80'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['null', 'null'],
    ['*', 'null'],
    ['*', 'https://anything.example'],
  ])('%s takes %s', (pattern, origin) => expect(isOf(pattern, origin)).toBe(true));

  it.each([
    ['https://example.org', 'http://example.org'],
    ['https://example.org', 'https://a.example.org'],
    ['https://example.org', 'https://example.org:8443'],
    ['https://example.org', 'https://example.org.'],
    ['https://example.org', 'https://example.org/'],
    ['https://*.example.org', 'https://example.org'],
    ['https://*.example.org', 'https://evil-example.org'],
    ['https://*.example.org', 'https://evilexample.org'],
    ['https://*.example.org', 'https://a.example.org.evil.com'],
    ['https://*.example.org', 'https://evil.com/.example.org'],
    ['https://*.example.org', 'https://evil.com#.example.org'],
    ['https://*.example.org', 'https://evil.com?.example.org'],
    ['https://*.example.org', 'https://evil.com\\.example.org'],
    ['https://*.example.org', 'https://a.example.org@evil.com'],
    ['https://*.example.org', 'https://evil.com:@a.example.org'],
    ['https://*.example.org', 'https://.example.org'],
    ['https://*.example.org', 'https://a.example.org:8443'],
    ['https://*.example.org', 'https://a.example.org, https://evil.com'],
    ['https://*.example.org', 'null'],
    ['http://localhost:*', 'http://localhost.evil.com:80'],
    ['http://localhost:*', 'http://localhost:80@evil.com'],
    ['null', 'https://null'],
  ])('%s does not take %s', (pattern, origin) => expect(isOf(pattern, origin)).toBe(false));

  it('with a star takes nothing but names below its domain, whatever a page calls itself', () => {
    const pieces = [...'aA.-:/@#?*%[] 1'.split(''), '\\', 'example.org'];
    const letters = string({ unit: constantFrom(...pieces), maxLength: 12 });
    assert(
      property(letters, (rest) => {
        const origin = `https://${rest}`;
        if (!isOf('https://*.example.org', origin)) return;
        expect(new URL(origin).hostname).toMatch(/^.+\.example\.org$/);
        expect(new URL(origin).origin).toBe(origin.toLowerCase().replace(/:443$|:$/, ''));
      }),
      { numRuns: 2000 },
    );
  });
});
