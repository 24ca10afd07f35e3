/**
 * Reads what `/metrics` answers as Prometheus does (text format 0.0.4), and throws at whatever is not exactly of that format.
 */

/** The metrics of one name. */
export interface Family {
  readonly type: string;
  readonly help: string;
  /** By name and labels as they are written: `belfry_connections{gateway="/ws"}`. */
  readonly samples: Map<string, number>;
}

const HELP = /^# HELP ([a-z_][a-z0-9_]*) (\S.*)$/;
const TYPE = /^# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram|summary)$/;
const SAMPLE =
  /^([a-z_][a-z0-9_]*)(?:\{((?:[a-z_][a-z0-9_]*="[^"\\\n]*",?)+)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|Nan|\+Inf)$/;
const OF_HISTOGRAM = /_(bucket|sum|count)$/;

/** All families by name. Each comes once, with its help, its type and then its samples. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let name = '';
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help) [, name = ''] = help;
    else if (type) {
      if (type[1] !== name || families.has(name)) throw new Error(`line ${index + 1} is out of place: ${line}`);
      families.set(name, { type: type[2] ?? '', help: '', samples: new Map() });
    } else take(line, families.get(name), name);
  }
  return families;
}

function take(line: string, family: Family | undefined, name: string): void {
  const [, of = '', labels, value = ''] = SAMPLE.exec(line) ?? [];
  const owner = family?.type === 'histogram' ? of.replace(OF_HISTOGRAM, '') : of;
  const key = labels === undefined ? of : `${of}{${labels}}`;
  if (!family || owner !== name || family.samples.has(key)) throw new Error(`no sample of ${name}: ${line}`);
  family.samples.set(key, Number(value));
}
