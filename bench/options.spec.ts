import { optionsOf } from './options.ts';

describe('the command line of the benchmark', () => {
  it('means everything, three times, when it says nothing', () => {
    const { rows, contenders, rounds, scale, publish } = optionsOf([]);
    expect(rows.map(({ name }) => name)).toContain('compression');
    expect(contenders).toHaveLength(6);
    expect({ rounds, scale: scale.name, publish }).toEqual({ rounds: 3, scale: 'full', publish: false });
  });

  it('chooses rows and peers, and always keeps Belfry', () => {
    const { rows, contenders } = optionsOf(['--only', 'single,burst', '--against', 'bun,seed']);
    expect(rows.map(({ name }) => name)).toEqual(['burst', 'single']);
    expect(contenders).toEqual(['belfry', 'plain', 'seed', 'bun']);
  });

  it('plays one round when it is quick, unless it is told another number', () => {
    expect(optionsOf(['--quick']).rounds).toBe(1);
    expect(optionsOf(['--quick', '--rounds', '5']).rounds).toBe(5);
  });

  it.each([
    [['--fast'], "Unknown option '--fast'"],
    [['burst'], 'Unexpected argument'],
    [['--only', 'brust'], 'there is no row "brust"'],
    [['--against', 'belfry'], 'there is no peer "belfry"'],
    [['--rounds', '0'], '--rounds is "0"'],
    [['--publish', '--only', 'burst'], 'wants the whole benchmark'],
  ])('refuses %j with a sentence', (args, sentence) => {
    expect(() => optionsOf(args)).toThrow(sentence);
  });
});
