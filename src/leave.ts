/**
 * What the process does when it is told to end: at the first signal it takes leave of its clients, at the second it ends at once.
 */
import { Logger } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';

/** The part of DRAIN_SECONDS after which nothing is waited for any more. */
const SHARE_OF_LEAVE = 0.95;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Ends the process with 0 after a leave that took less than DRAIN_SECONDS, and with 1 at a second signal or a fault.
 *
 * @param drainSeconds the time for all of it
 */
export function leaveOnSignals(app: INestApplication, drainSeconds: number): void {
  const logger = new Logger('Leave');
  let leaving = false;

  const leave = async (signal: string): Promise<void> => {
    logger.log(`${signal}: leaving within ${drainSeconds} s`);
    // What still hangs by then is cut off by the end of the process.
    setTimeout(() => process.exit(0), drainSeconds * 1000 * SHARE_OF_LEAVE).unref();
    try {
      await app.close();
      process.exit(0);
    } catch (error) {
      logger.error(error);
      process.exit(1);
    }
  };

  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (leaving) process.exit(1);
      leaving = true;
      void leave(signal);
    });
  }
}
