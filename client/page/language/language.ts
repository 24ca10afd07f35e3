/** The languages that the page speaks; also what goes into `<html lang>`. */
export type Language = 'zh' | 'en';

/** Narrows what was remembered, or came from elsewhere, to a language of ours. */
export function isLanguage(value: string | undefined): value is Language {
  return value === 'zh' || value === 'en';
}

/**
 * The language to begin with: the first of the reader's own that the page speaks, else English.
 *
 * @param preferred as `navigator.languages`, the dearest first
 */
export function pickLanguage(preferred: readonly string[]): Language {
  return preferred.map(primary).find(isLanguage) ?? 'en';
}

/**
 * The reader's own variety of a language, so that `en-GB` gets its 24 hours.
 *
 * @param preferred as `navigator.languages`, the dearest first
 */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => primary(tag) === language && isWellFormed(tag)) ?? language;
}

/** The one that the switch leads to. */
export function otherLanguage(language: Language): Language {
  return language === 'zh' ? 'en' : 'zh';
}

/** Some systems hand their own names through (`en-US@posix`), and `Intl` refuses to work with those. */
function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

function primary(tag: string): string | undefined {
  return tag.toLowerCase().split('-')[0];
}
