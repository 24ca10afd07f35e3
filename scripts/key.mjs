// Makes an API key: prints it, this once, and the entry for API_KEYS_FILE, which does not give it away.
import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

const HELP = `npm run --silent key -- ID [options]

Makes a key for the HTTP interface. The key is printed once and kept nowhere; its entry goes into API_KEYS_FILE.
ID names whoever uses it, 1 to 64 characters of A-Z a-z 0-9 _ . -; messages published with it are from "key:ID".

  --allow ACTIONS     narrow it to these, separated by commas: join, publish, history, presence
  --channel PATTERN   ... in the channels of this pattern (*)
  --expires TIME      until when it is good, such as 2030-12-31T00:00:00Z
  --help              show this
`;

const ACTIONS = ['join', 'publish', 'history', 'presence'];

try {
  main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      allow: { type: 'string' },
      channel: { type: 'string' },
      expires: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const key = `belfry_${randomBytes(32).toString('base64url')}`;
  const entry = { id: idOf(positionals), sha256: createHash('sha256').update(key).digest('hex'), ...narrowed(values) };
  process.stdout.write(`key    ${key}\nentry  ${JSON.stringify(entry)}\n`);
}

function idOf(positionals) {
  const [id = '', ...others] = positionals;
  if (others.length === 0 && /^[A-Za-z0-9_.-]{1,64}$/.test(id)) return id;
  throw new Error('Name whoever uses the key, in 1 to 64 characters of A-Z a-z 0-9 _ . -: npm run key -- orders');
}

function narrowed({ allow, channel, expires }) {
  const actions = allow?.split(',').map((action) => action.trim()) ?? ACTIONS;
  const unknown = actions.find((action) => !ACTIONS.includes(action));
  if (unknown !== undefined) throw new Error(`--allow has "${unknown}": write some of ${ACTIONS.join(', ')}.`);
  if (expires !== undefined && Number.isNaN(Date.parse(expires))) {
    throw new Error('--expires is no time: write one such as 2030-12-31T00:00:00Z.');
  }
  const isNarrowed = allow !== undefined || channel !== undefined;
  return {
    ...(isNarrowed && { permissions: [{ channel: channel ?? '*', allow: actions }] }),
    ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
  };
}
