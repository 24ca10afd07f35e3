import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeChannelLog } from '../channel-log.contract.ts';
import type { OpenLog } from '../log-under-test.contract.ts';
import { EmbeddedLog } from './embedded-log.ts';
import type { EmbeddedLogOptions } from './embedded-log.ts';

const openWith =
  (durability: EmbeddedLogOptions['durability']): OpenLog =>
  async ({ retention, ...terms }) => {
    const directory = await mkdtemp(join(tmpdir(), 'belfry-log-'));
    const options = { directory, durability, retention: () => retention, trimming: { step: 2, round: 5 }, ...terms };
    let log = await EmbeddedLog.open(options);
    return {
      log,
      reopen: async () => {
        await log.close();
        log = await EmbeddedLog.open(options);
        return log;
      },
      close: async () => {
        await log.close();
        await rm(directory, { recursive: true });
      },
    };
  };

describeChannelLog('LMDB with DURABILITY=commit', openWith('commit'));
describeChannelLog('LMDB with DURABILITY=flush', openWith('flush'));
