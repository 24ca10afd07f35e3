import { assert, nat, property } from 'fast-check';
import { formatDuration, formatSize, parseDuration, parseSize, UnitsError } from './units.ts';

const anyWhole = nat({ max: Number.MAX_SAFE_INTEGER });

describe('a size', () => {
  test.each([
    ['512B', 512],
    ['64KiB', 65_536],
    ['1MiB', 1_048_576],
    ['2GiB', 2_147_483_648],
    ['4096', 4096],
    ['0', 0],
  ])('written %s is %i bytes', (written, bytes) => {
    expect(parseSize(written)).toBe(bytes);
  });

  test.each(['64KB', '64kib', '64 KiB', '-1B', '1.5MiB', 'KiB', '', '1e3', '0x10', '٣', '9999999999GiB'])(
    'written "%s" is refused, with what is allowed',
    (written) => {
      expect(() => parseSize(written)).toThrow(
        new UnitsError(
          `"${written}" is not a size: write a whole number with its unit (B, KiB, MiB or GiB), such as 64KiB.`,
        ),
      );
    },
  );

  test('is read back as the number that was written, whatever number that is', () => {
    assert(property(anyWhole, (bytes) => expect(parseSize(formatSize(bytes))).toBe(bytes)));
  });

  test('is written in the largest unit that needs no fraction', () => {
    expect([0, 1, 1023, 1024, 65_536, 65_537, 1_048_576, 3 * 1024 ** 3].map(formatSize)).toEqual([
      '0B',
      '1B',
      '1023B',
      '1KiB',
      '64KiB',
      '65537B',
      '1MiB',
      '3GiB',
    ]);
  });
});

describe('a time', () => {
  test.each([
    ['250ms', 250],
    ['25s', 25_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
  ])('written %s is %i milliseconds', (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });

  test.each(['25x', '25', '25S', '25 s', '-5s', '0.5s', 's', '', 'Infinitys', '99999999999999d'])(
    'written "%s" is refused, with what is allowed',
    (written) => {
      expect(() => parseDuration(written)).toThrow(
        new UnitsError(
          `"${written}" is not a time: write a whole number with its unit (ms, s, m, h or d), such as 25s.`,
        ),
      );
    },
  );

  test('is read back as the number that was written, whatever number that is', () => {
    assert(
      property(anyWhole, (milliseconds) => expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds)),
    );
  });

  test('is written in the largest unit that needs no fraction', () => {
    expect([0, 250, 25_000, 90_000, 120_000, 604_800_000].map(formatDuration)).toEqual([
      '0ms',
      '250ms',
      '25s',
      '90s',
      '2m',
      '7d',
    ]);
  });

  test('that is no whole number is not written at all', () => {
    expect(() => formatDuration(0.5)).toThrow(RangeError);
  });
});
