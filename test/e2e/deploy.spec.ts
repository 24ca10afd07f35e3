/** The files for several nodes: what stands in them is of the same server, and agrees with it and with each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { Settings, SETTINGS } from '../../src/settings/settings.ts';
import { startBelfry } from '../support/in-process.ts';
import { ROOT } from '../support/root.ts';

const KUBERNETES = 'deploy/kubernetes';
const NAMES = SETTINGS.map(({ env }) => env);
const { version } = JSON.parse(read('package.json')) as { version: string };
const defaults = new Settings();

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** A YAML file; Compose's own tags count as the values that follow them. */
function yaml(file: string): unknown {
  return parse(read(file), { logLevel: 'silent' });
}

/** What stands at a path: `spec.ports.0.name`. */
function at(of: unknown, path: string): unknown {
  return path.split('.').reduce((part, key) => (part as Record<string, unknown> | undefined)?.[key], of);
}

function mapAt(of: unknown, path: string): Record<string, unknown> {
  return at(of, path) as Record<string, unknown>;
}

/** The directives of that name in nginx's file, without it. */
function directives(name: string): string[] {
  const lines = read('deploy/proxy/nginx.conf').matchAll(new RegExp(`^\\s*${name}\\s+([^;]+);`, 'gm'));
  return [...lines].map(([, value = '']) => value);
}

/** Seconds of `75` and `75s`. */
const seconds = (written: unknown): number => Number(/^(\d+)s?$/.exec(String(written))?.[1]);

describe('docker compose with three nodes', () => {
  const base = yaml('docker-compose.yml');
  const cluster = yaml('docker-compose.cluster.yml');
  const services = mapAt(cluster, 'services');
  const beside = Object.entries(services).filter(([name]) => at(base, `services.${name}`) === undefined);
  const command = String(at(cluster, 'services.redis.command'));

  it('starts three nodes, none of which takes a port or a folder of the host for itself', () => {
    expect(at(cluster, 'services.belfry.scale')).toBe(3);
    for (const list of ['ports', 'volumes']) {
      expect(at(cluster, `services.belfry.${list}`)).toEqual([]);
      expect(read('docker-compose.cluster.yml')).toMatch(`    ${list}: !reset []\n`);
    }
  });

  it('sets what are settings, so that a node would start', () => {
    const environment = { ...mapAt(base, 'services.belfry.environment'), ...mapAt(services, 'belfry.environment') };
    for (const name of Object.keys(environment)) expect(NAMES).toContain(name);
    const { settings, warnings } = loadSettings(asEnvironment(environment));
    expect(warnings).toEqual([]);
    expect(settings.engine).toBe('redis');
    // Blank is not set: TLS ends at the proxy, whatever .env says.
    expect(environment).toMatchObject({ TLS_CERT_FILE: '', TLS_KEY_FILE: '' });
    expect(new URL(settings.redisUrl ?? '')).toMatchObject({ hostname: 'redis', port: '6379' });
  });

  it('pins every image that it does not build, to a whole version that can be overridden by a digest', () => {
    expect(beside.map(([name]) => name)).toEqual(['redis', 'proxy']);
    for (const [, service] of beside) expect(at(service, 'image')).toMatch(/^\$\{\w+_IMAGE:-\w+:\d+\.\d+\.\d+-\w+\}$/);
  });

  it('gives no service a privilege, a file system to write to, or root', () => {
    for (const [, service] of beside) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
      });
      expect(Object.keys(service as object)).not.toContain('privileged');
    }
  });

  it('waits for each service until it is healthy, in turn', () => {
    expect(at(services, 'belfry.depends_on.redis.condition')).toBe('service_healthy');
    expect(at(services, 'proxy.depends_on.belfry.condition')).toBe('service_healthy');
    for (const [, service] of beside) expect(at(service, 'healthcheck.test')).toEqual(expect.any(String));
  });

  it('has a Redis that loses nothing that was acknowledged, refuses when it is full, and is out of reach', () => {
    expect(command).toMatch('--appendonly yes --appendfsync always');
    expect(command).toMatch(/--maxmemory \S+ --maxmemory-policy noeviction/);
    expect(at(services, 'redis.ports')).toBeUndefined();
    expect(at(services, 'redis.networks')).toEqual(['redis']);
    expect(at(cluster, 'networks.redis.internal')).toBe(true);
    expect(at(services, 'redis.volumes')).toEqual(['redis:/data']);
  });

  it('has one way in, which leads to the port that nodes listen on', () => {
    const [listen = ''] = directives('listen');
    const [port = '', tls] = listen.split(' ');
    expect(tls).toBe('ssl');
    expect(at(services, 'proxy.ports')).toEqual([`\${PORT:-${port}}:${port}`]);
    expect(at(services, 'proxy.healthcheck.test')).toMatch(`https://127.0.0.1:${port}/health/live`);
    expect(directives('set \\$nodes')).toEqual(['belfry']);
    const inside = String(at(base, 'services.belfry.environment.PORT'));
    expect(directives('proxy_pass')).toEqual([`http://$nodes:${inside}`]);
  });

  it('logs no request with its query, where a client may have a secret: nginx does from its level "error" on', () => {
    expect(directives('error_log')).toEqual(['stderr crit']);
    expect(read('deploy/proxy/nginx.conf')).not.toMatch(/\$(request|request_uri|args|query_string)\b(?=[^\n]*')/);
  });

  it('leaves a silent client open for longer than it takes Belfry to notice a dead one', () => {
    const noticed = (defaults.heartbeatInterval + defaults.heartbeatTimeout) / 1000;
    for (const name of ['proxy_read_timeout', 'proxy_send_timeout', 'send_timeout']) {
      const [timeout] = directives(name);
      expect([name, seconds(timeout) > noticed]).toEqual([name, true]);
    }
  });
});

describe('the manifests for Kubernetes', () => {
  const files = readdirSync(join(ROOT, KUBERNETES));
  const manifest = (name: string): unknown => yaml(`${KUBERNETES}/${name}.yaml`);
  const kustomization = manifest('kustomization');
  const deployment = manifest('deployment');
  const pod = at(deployment, 'spec.template.spec');
  const container = at(pod, 'containers.0');
  const service = manifest('service');
  const ingress = manifest('ingress');
  const config = mapAt(manifest('config-map'), 'data');
  const secret = manifest('secret.example');
  const autoscalers = ['autoscaler-by-load', 'autoscaler-by-connections'].map(manifest);
  const labels = { 'app.kubernetes.io/name': 'belfry' };
  const { settings, warnings } = loadSettings(asEnvironment({ ...config, ...mapAt(secret, 'stringData') }));

  it('are all part of the kustomization, but for the secret’s example and the second autoscaler', () => {
    const left = ['kustomization.yaml', 'secret.example.yaml', 'autoscaler-by-connections.yaml'];
    expect(at(kustomization, 'resources')).toHaveLength(files.length - left.length);
    expect([...(at(kustomization, 'resources') as string[]), ...left].toSorted()).toEqual(files.toSorted());
  });

  it('use stable versions of the API alone', () => {
    const versions = files.map((file) => at(yaml(`${KUBERNETES}/${file}`), 'apiVersion'));
    // Kustomize never had another one; it is no version of the API.
    for (const each of versions) expect(each).toMatch(/^([a-z.0-9]+\/)?v\d+$|^kustomize\.config\.k8s\.io\/v1beta1$/);
  });

  it('name the image of this version', () => {
    expect(at(container, 'image')).toBe(`belfry:${version}`);
    expect(at(kustomization, 'images')).toEqual([{ name: 'belfry', newName: expect.any(String), newTag: version }]);
  });

  it('set what are settings, so that a node would start', () => {
    for (const name of Object.keys(config)) expect(NAMES).toContain(name);
    expect(warnings).toEqual([]);
    expect(settings.engine).toBe('redis');
    expect(at(container, 'envFrom.0.configMapRef.name')).toBe(at(manifest('config-map'), 'metadata.name'));
    expect(at(container, 'env.0')).toEqual({
      name: 'REDIS_URL',
      valueFrom: { secretKeyRef: { name: at(secret, 'metadata.name'), key: 'REDIS_URL' } },
    });
    expect(mapAt(secret, 'stringData')).toEqual({ REDIS_URL: expect.stringMatching('CHANGE-ME') });
  });

  it('leave clients the time that DRAIN_SECONDS says, after the pause for the proxies, before anything is killed', () => {
    const [program, pause] = at(container, 'lifecycle.preStop.exec.command') as string[];
    expect(program).toBe('sleep');
    expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(Number(pause) + settings.drainSeconds);
  });

  it('ask for the health of the server at paths that it has: restarted when stuck, left out when not ready', async () => {
    const paths = ['startup', 'liveness', 'readiness'].map((kind) => at(container, `${kind}Probe.httpGet.path`));
    expect(paths).toEqual(['/health/live', '/health/live', '/health/ready']);
    const { url } = await startBelfry();
    for (const path of paths) expect((await fetch(`${url}${String(path)}`)).status).toBe(200);
  });

  it('lead from the world to the port that the server listens on', () => {
    expect(at(container, 'ports')).toEqual([{ name: 'http', containerPort: settings.port }]);
    for (const kind of ['startup', 'liveness', 'readiness']) {
      expect(at(container, `${kind}Probe.httpGet.port`)).toBe('http');
    }
    expect(at(service, 'spec.ports.0')).toMatchObject({ name: 'http', targetPort: 'http' });
    expect(at(ingress, 'spec.rules.0.http.paths.0.backend.service')).toEqual({
      name: at(service, 'metadata.name'),
      port: { name: 'http' },
    });
    expect(at(ingress, 'spec.tls.0.hosts.0')).toBe(at(ingress, 'spec.rules.0.host'));
  });

  it('bind no client to a node', () => {
    expect(at(service, 'spec.sessionAffinity')).toBe('None');
    expect(read(`${KUBERNETES}/ingress.yaml`)).not.toMatch(/affinity|sticky|hash/i);
  });

  it('leave a silent client open for longer than it takes Belfry to notice a dead one', () => {
    const timeouts = Object.entries(mapAt(ingress, 'metadata.annotations')).filter(([name]) =>
      name.endsWith('-timeout'),
    );
    expect(timeouts).toHaveLength(4);
    const noticed = (settings.heartbeatInterval + settings.heartbeatTimeout) / 1000;
    for (const [name, value] of timeouts) expect([name, seconds(value) > noticed]).toEqual([name, true]);
  });

  it('find the pods by the labels that these have', () => {
    expect(mapAt(deployment, 'spec.template.metadata.labels')).toMatchObject(labels);
    expect(mapAt(deployment, 'spec.selector.matchLabels')).toEqual(labels);
    expect(mapAt(service, 'spec.selector')).toEqual(labels);
    expect(mapAt(manifest('pod-disruption-budget'), 'spec.selector.matchLabels')).toEqual(labels);
    const spread = at(pod, 'topologySpreadConstraints') as unknown[];
    for (const constraint of spread) expect(mapAt(constraint, 'labelSelector.matchLabels')).toEqual(labels);
  });

  it('take no node away before another one is ready, and one at a time', () => {
    expect(at(deployment, 'spec.strategy.rollingUpdate')).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(at(manifest('pod-disruption-budget'), 'spec.maxUnavailable')).toBe(1);
  });

  it('run as the user of the image, with no privilege and nothing to write to', () => {
    const [user] = /(?<=^USER ).+$/m.exec(read('Dockerfile')) ?? [];
    expect(at(pod, 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(['runAsUser', 'runAsGroup'].map((id) => at(pod, `securityContext.${id}`)).join(':')).toBe(user);
    expect(at(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('scale the one Deployment, by load today, and by half of the connections that a node takes', () => {
    const [byLoad, byConnections] = autoscalers;
    for (const each of autoscalers) {
      expect(at(each, 'spec.scaleTargetRef')).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'belfry' });
      expect(at(each, 'spec.minReplicas')).toBe(at(deployment, 'spec.replicas'));
      expect(at(each, 'spec.behavior')).toEqual(at(byLoad, 'spec.behavior'));
    }
    // Which is what keeps the two from being applied together.
    expect(at(byConnections, 'metadata.name')).toBe(at(byLoad, 'metadata.name'));
    expect(at(byConnections, 'spec.metrics.0.pods.metric.name')).toBe('belfry_connections');
    const target = Number(at(byConnections, 'spec.metrics.0.pods.target.averageValue'));
    expect(target).toBe(settings.maxConnections / 2);
  });
});

/** As the environment has it: texts. */
function asEnvironment(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
