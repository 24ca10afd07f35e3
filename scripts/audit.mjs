/**
 * Asks the registry for known vulnerabilities of what runs in production: `npm run audit`. Fails when there is a serious one. Some
 * mirrors of the registry answer no audits; that is said in a line, and is no finding.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** Milliseconds that the registry has to answer. */
const PATIENCE = 60_000;

/**
 * What an answer of `npm audit --json` comes to.
 *
 * @param {{ status: number | null, stdout: string }} answer how npm ended, and what it wrote; no status when it took too long
 * @returns {{ verdict: 'clean' | 'vulnerable' | 'not audited', line: string }}
 */
export function verdictOn({ status, stdout }) {
  const report = parsed(stdout);
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) {
    const reason =
      report?.message ?? report?.error?.summary ?? (status === null ? 'it took too long' : 'it said nothing');
    return {
      verdict: 'not audited',
      line: `NOT AUDITED: the registry in use answers no audits (${reason || 'no reason given'}).`,
    };
  }
  const serious = (counts.high ?? 0) + (counts.critical ?? 0);
  const others = (counts.info ?? 0) + (counts.low ?? 0) + (counts.moderate ?? 0);
  if (serious === 0)
    return { verdict: 'clean', line: `No serious vulnerability is known (${others} of a lesser kind).` };
  const names = Object.values(report.vulnerabilities ?? {})
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity }) => `${name} (${severity})`);
  return {
    verdict: 'vulnerable',
    line: `${serious} serious vulnerabilities: ${names.join(', ')}. See npm audit --omit=dev.`,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = ['audit', '--omit=dev', '--audit-level=high', '--json'];
  const { verdict, line } = verdictOn(spawnSync('npm', args, { encoding: 'utf8', timeout: PATIENCE }));
  process.stdout.write(`${line}\n`);
  process.exitCode = verdict === 'vulnerable' ? 1 : 0;
}
