import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { localeFor } from './language.ts';
import type { Language } from './language.ts';
import type { Texts } from './texts.ts';

/** One language, ready to speak: its words, and how it writes times and dates. */
export interface Voice {
  readonly language: Language;
  readonly texts: Texts;
  /** The time of day, from ms since 1970. */
  readonly time: (at: number) => string;
  /** Day and time in full, from ms since 1970. */
  readonly moment: (at: number) => string;
  /** The day with its weekday, from ms since 1970. */
  readonly day: (at: number) => string;
}

/** The page's voice in that language, in the reader's own variety of it where there is one. */
export function voiceOf(language: Language): Voice {
  const locale = localeFor(language, navigator.languages);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
  return {
    language,
    texts: language === 'zh' ? CHINESE : ENGLISH,
    time: (at) => time.format(at),
    moment: (at) => moment.format(at),
    day: (at) => day.format(at),
  };
}
