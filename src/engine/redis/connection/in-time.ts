import { setTimeout as pause } from 'node:timers/promises';

/** Whether something succeeds within so many milliseconds. */
export async function inTime(answer: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return Promise.race([
    answer.then(
      () => true,
      () => false,
    ),
    pause(milliseconds, false, { ref: false }),
  ]);
}
