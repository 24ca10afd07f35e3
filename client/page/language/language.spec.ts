import { ENGLISH } from './english.ts';
import { isLanguage, localeFor, otherLanguage, pickLanguage } from './language.ts';

it.each([
  [['zh-CN', 'en'], 'zh'],
  [['zh'], 'zh'],
  [['ZH-Hant-TW'], 'zh'],
  [['en-GB', 'zh-CN'], 'en'],
  [['fr-FR', 'zh-CN', 'en'], 'zh'],
  [['fr-FR'], 'en'],
  [[], 'en'],
])('speaks to a reader of %j in %s', (preferred, language) => {
  expect(pickLanguage(preferred)).toBe(language);
});

it('switches from each language to the other', () => {
  expect(otherLanguage('zh')).toBe('en');
  expect(otherLanguage('en')).toBe('zh');
});

it("writes times in the reader's own variety of the language", () => {
  expect(localeFor('en', ['zh-CN', 'en-GB'])).toBe('en-GB');
  expect(localeFor('en', ['zh-CN'])).toBe('en');
});

it('does without a variety that is no language tag, as a POSIX system may report', () => {
  expect(localeFor('en', ['en-US@posix'])).toBe('en');
  expect(localeFor('en', ['en-US@posix', 'en-GB'])).toBe('en-GB');
});

it('takes nothing else for a language', () => {
  expect(['zh', 'en', 'fr', '', undefined].map(isLanguage)).toEqual([true, true, false, false, false]);
});

it('counts in English as one does', () => {
  expect(ENGLISH.newMessages(1)).toBe('1 new message');
  expect(ENGLISH.newMessages(2)).toBe('2 new messages');
  expect(ENGLISH.gap(3, 3)).toContain('Message 3 is');
  expect(ENGLISH.gap(3, 4)).toContain('Messages 3–4 are');
});
