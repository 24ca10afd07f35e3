/**
 * What differs from channel to channel: how much history is kept, what happens to slow clients, whether presence is known.
 * CHANNELS_FILE gives rules by the pattern of a name; what it leaves out comes from the settings.
 */
import { readFileSync } from 'node:fs';
import { IsBoolean, validateSync } from 'class-validator';
import { STATS_CHANNEL } from '../protocol/stats.ts';
import { declarationsOf, duration, FromEnv, integer, oneOf } from './from-env.ts';
import type { Notation } from './from-env.ts';
import { SettingsError } from './load-settings.ts';
import { matchesPattern } from './pattern.ts';
import type { Settings } from './settings.ts';
import { DAY, HOUR, MINUTE } from './units.ts';

/**
 * What happens to a client that does not keep up: it gets everything later (`catch-up`), only the newest (`latest`: tickers,
 * positions), or is closed with 4001 (`disconnect`).
 */
export type Lag = 'catch-up' | 'latest' | 'disconnect';

/** What names of channels begin with that are the server's own: no permission and no rule of a file is for them. */
const OWN = '$';

/** Messages that such a channel keeps. They are revocations, which hold as long as any token may: time alone ends them. */
const OWN_SIZE = 10_000_000;

/** What holds for the one in which nodes tell each second how they are: the newest counts. */
const STATS_RULE = { lag: 'latest', presence: false, historySize: 60, historyTtl: MINUTE } as const;

/** `true` or `false`, as JSON writes it. */
const YES_OR_NO: Notation<boolean> = {
  allowed: 'true or false',
  rules: [IsBoolean()],
  parse: (written) => (written === 'true' ? true : written === 'false' ? false : undefined),
  format: String,
};

/** What holds for one channel. Read like the settings, with a property's name in place of a variable's. */
export class ChannelRule {
  /** What happens to a client that does not keep up. */
  @FromEnv('lag', oneOf('catch-up', 'latest', 'disconnect'), 'What happens to a client that does not keep up.')
  readonly lag!: Lag;

  /** Whether it is known, and told, who is in it. */
  @FromEnv('presence', YES_OR_NO, 'Whether it is known who is in it.')
  readonly presence!: boolean;

  /** Messages that are kept, 1..10,000,000. */
  @FromEnv('historySize', integer({ min: 1, max: 10_000_000, of: 'messages' }), 'In place of HISTORY_SIZE.')
  readonly historySize!: number;

  /** Milliseconds that they are kept for, 1 min..3,650 d. */
  @FromEnv('historyTtl', duration({ min: MINUTE, max: 3650 * DAY }), 'In place of HISTORY_TTL.')
  readonly historyTtl!: number;

  constructor(rule: Partial<ChannelRule>) {
    Object.assign(this, rule);
  }
}

const PROPERTIES = declarationsOf(ChannelRule).map(({ property }) => property);

interface PatternRule {
  readonly pattern: string;
  readonly rule: ChannelRule;
}

/** Whether a channel is one of the server's own. */
export function isOwnChannel(channel: string): boolean {
  return channel.startsWith(OWN);
}

/** The rules of all channels. */
export class ChannelRules {
  private constructor(
    private readonly patterns: readonly PatternRule[],
    private readonly fallback: ChannelRule,
    private readonly own: ChannelRule,
    private readonly stats = new ChannelRule(STATS_RULE),
  ) {}

  /**
   * Reads CHANNELS_FILE, if it is set; without it the settings hold for all channels.
   *
   * @throws SettingsError when the file cannot be read, or with a line for each thing that is wrong in it
   */
  static read({ channelsFile, historySize, historyTtl, authMaxLifetime }: Settings): ChannelRules {
    const plain = { lag: 'catch-up', presence: false } as const;
    const fallback = new ChannelRule({ ...plain, historySize, historyTtl });
    const own = new ChannelRule({ ...plain, historySize: OWN_SIZE, historyTtl: authMaxLifetime + HOUR });
    return new ChannelRules(channelsFile === undefined ? [] : parseRules(channelsFile, fallback), fallback, own);
  }

  /** What holds for a channel: the first pattern of the file that its name matches, or the defaults. */
  ruleFor(channel: string): ChannelRule {
    if (channel === STATS_CHANNEL) return this.stats;
    if (isOwnChannel(channel)) return this.own;
    return this.patterns.find(({ pattern }) => matchesPattern(pattern, channel))?.rule ?? this.fallback;
  }
}

function parseRules(file: string, fallback: ChannelRule): PatternRule[] {
  const problems: string[] = [];
  const patterns = Object.entries(parseFile(file)).map(([pattern, written]) => {
    const properties = Object.entries(asObject(written) ?? { [pattern]: written });
    const values = properties.map(([property, value]) => [property, parseValue(property, value)]);
    const rule = new ChannelRule(Object.assign({}, fallback, Object.fromEntries(values)));
    const wrong = new Set(validateSync(rule).map(({ property }) => property));
    for (const [property, value] of properties) {
      const notation = notationOf(property);
      if (notation && !wrong.has(property)) continue;
      const allowed = notation?.allowed ?? `one of ${PROPERTIES.join(', ')}, each with a value`;
      problems.push(
        `CHANNELS_FILE ${file}: "${pattern}" says ${property}: ${JSON.stringify(value)}. Write ${allowed}.`,
      );
    }
    return { pattern, rule };
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return patterns;
}

function notationOf(property: string): Notation<unknown> | undefined {
  return declarationsOf(ChannelRule).find((declaration) => declaration.property === property)?.notation;
}

/** @returns null for what is not written as it should be, which no rule takes */
function parseValue(property: string, value: unknown): unknown {
  return notationOf(property)?.parse(String(value)) ?? null;
}

function parseFile(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingsError([`CHANNELS_FILE ${file} cannot be read: ${(error as Error).message}`]);
  }
  const patterns = asObject(content);
  if (!patterns) throw new SettingsError([`CHANNELS_FILE ${file}: write {"pattern": {"lag": "latest", …}, …}.`]);
  return patterns;
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
