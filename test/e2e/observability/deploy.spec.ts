/** The files for Prometheus, Grafana and the autoscaler: they ask for metrics that the server has, and for no others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FAMILIES, DURATIONS } from '../../../src/metrics/families.ts';
import { parseExposition } from '../../support/exposition.ts';
import { startBelfry } from '../../support/in-process.ts';
import { ROOT } from '../../support/root.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
}

const read = (file: string): string => readFileSync(join(ROOT, 'deploy', file), 'utf8');
const dashboard = JSON.parse(read('grafana/belfry.json')) as { readonly panels: readonly Panel[] };
const { groups } = parse(read('prometheus/alerts.yml')) as { groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** The names of metrics in a query of Prometheus, without what `_bucket` says of a histogram. */
function metricsIn(query: string): string[] {
  const names = query.replaceAll(/"[^"]*"|\b(by|without) \([^)]*\)/g, '').match(/\b(belfry|nodejs|process)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
}

async function exported(): Promise<string[]> {
  const { url } = await startBelfry();
  return [...parseExposition(await (await fetch(`${url}/metrics`)).text()).keys()];
}

describe('the files for watching Belfry', () => {
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

  it('ask for metrics that the server exports', async () => {
    const asked = [...queries, ...rules.map(({ expr }) => expr)].flatMap(metricsIn);
    expect((await exported()).concat('up')).toEqual(expect.arrayContaining(asked));
    expect(asked.length).toBeGreaterThan(20);
  });

  it('show every metric of Belfry’s own', () => {
    const shown = new Set(queries.flatMap(metricsIn));
    expect([...FAMILIES, ...DURATIONS].map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('give each panel a place of its own', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}|${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });

  it('are found by Prometheus, which scrapes the nodes under the name that the alerts know', () => {
    const config = parse(read('prometheus/prometheus.yml')) as {
      rule_files: string[];
      scrape_configs: { job_name: string }[];
    };
    expect(config.rule_files).toEqual(['alerts.yml']);
    for (const { expr } of rules) {
      const [, job = 'belfry'] = /job="(\w+)"/.exec(expr) ?? [];
      expect(config.scrape_configs.map(({ job_name }) => job_name)).toContain(job);
    }
  });

  it('have Kubernetes tell Prometheus where the metrics are, and scale by one of them', async () => {
    const deployment = parse(read('kubernetes/deployment.yaml')) as {
      spec: { template: { metadata: { annotations: Record<string, string> } } };
    };
    const { url } = await startBelfry();
    const { annotations } = deployment.spec.template.metadata;
    expect(annotations).toMatchObject({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' });
    expect((await fetch(url + annotations['prometheus.io/path'])).status).toBe(200);
    expect(metricsIn(read('kubernetes/autoscaler-by-connections.yaml'))).toEqual(
      expect.arrayContaining(['belfry_connections']),
    );
  });

  it('keep the metrics from whoever comes through the proxy', () => {
    expect(read('proxy/nginx.conf')).toMatch(/location = \/metrics \{\s+return 404;\s+\}/);
  });
});
