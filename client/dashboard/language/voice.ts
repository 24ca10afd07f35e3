import { localeFor } from '../../page/language/language.ts';
import type { Language } from '../../page/language/language.ts';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import type { Texts } from './texts.ts';

/** One language, ready to speak: its words, and how it writes numbers and times. */
export interface Voice {
  readonly language: Language;
  readonly texts: Texts;
  readonly number: (value: number) => string;
  /** An amount of bytes, in the unit that suits it. */
  readonly bytes: (value: number) => string;
  /** The time of day, from ms since 1970. */
  readonly time: (at: number) => string;
  /** Day and time, from ms since 1970. */
  readonly moment: (at: number) => string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
const STEP = 1_000;

/** From here on tenths tell nothing. */
const PRECISE = 100;

/** The dashboard's voice in that language, in the reader's own variety of it where there is one. */
export function voiceOf(language: Language): Voice {
  const locale = localeFor(language, navigator.languages);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' });
  return {
    language,
    texts: language === 'zh' ? CHINESE : ENGLISH,
    number: (value) => number.format(value < PRECISE ? value : Math.round(value)),
    bytes: (value) => {
      const power = value < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
      const options = { style: 'unit', unit: UNITS[power], unitDisplay: 'narrow', maximumFractionDigits: 1 } as const;
      return new Intl.NumberFormat(locale, options).format(value / STEP ** power);
    },
    time: (at) => time.format(at),
    moment: (at) => moment.format(at),
  };
}
