/**
 * Nothing lost, nothing doubled: the short form of `npm run faults`, against the real built server. The seed that is shown with a
 * failure plays the same faults again: `npm run faults -- --short --seed … --only …`.
 */
import { play } from '../faults/play.ts';
import { SCENARIOS } from '../faults/scenarios/index.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

describe('nothing is lost, doubled or disordered, and no gap is wrong,', () => {
  it.each(SCENARIOS)(
    'when $title',
    async (scenario) => {
      const { problems, acknowledged, messages, delivered } = await play(scenario, { form: 'short', seed });
      expect({ seed, problems }).toEqual({ seed, problems: [] });
      expect(acknowledged).toBe(messages);
      expect(delivered).toBeGreaterThan(0);
    },
    // A failure takes its time: the harness waits for what might still come, and ends what it started, before it tells.
    180_000,
  );
});
