/** `npm run audit`: what the registry's answer comes to. Nobody is asked here. */
// @ts-expect-error -- a script in plain JavaScript, which brings no types
import { verdictOn } from '../../scripts/audit.mjs';

type Verdict = (answer: { status: number | null; stdout: string }) => { verdict: string; line: string };
const verdictOf = verdictOn as Verdict;

const answered = (vulnerabilities: object, found: object = {}): string =>
  JSON.stringify({ vulnerabilities: found, metadata: { vulnerabilities } });

describe('an audit of the dependencies', () => {
  it.each([
    ['nothing is known', answered({ low: 0, high: 0 }), 'No serious vulnerability is known (0 of a lesser kind).'],
    [
      'only lesser ones are known',
      answered({ low: 2, moderate: 1 }),
      'No serious vulnerability is known (3 of a lesser kind).',
    ],
  ])('is clean when %s', (_name, stdout, line) => {
    expect(verdictOf({ status: 0, stdout })).toEqual({ verdict: 'clean', line });
  });

  it.each(['high', 'critical'])('fails when one is %s, and names it', (severity) => {
    const stdout = answered(
      { [severity]: 1 },
      { leaky: { name: 'leaky', severity }, mild: { name: 'mild', severity: 'low' } },
    );
    const { verdict, line } = verdictOf({ status: 1, stdout });
    expect(verdict).toBe('vulnerable');
    expect(line).toContain(`leaky (${severity})`);
    expect(line).not.toContain('mild');
  });

  it.each([
    [
      'refuses to answer',
      1,
      JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 }),
      '405 Method Not Allowed',
    ],
    ['takes too long', null, '', 'it took too long'],
    ['answers something else', 0, 'hello', 'it said nothing'],
  ])('says that there was none when the registry %s', (_name, status, stdout, reason) => {
    expect(verdictOf({ status, stdout })).toEqual({
      verdict: 'not audited',
      line: `NOT AUDITED: the registry in use answers no audits (${reason}).`,
    });
  });
});
