import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebian, missingForDebian, programPath } from './cache.mjs';
import { freePort, Server } from './running.mjs';

const there = () => programPath('prometheus') !== undefined && programPath('promtool') !== undefined;

/** Prometheus and promtool of the distribution. */
export const prometheus = {
  name: 'prometheus',

  missing() {
    return there() ? undefined : missingForDebian('prometheus');
  },

  async install() {
    if (!there()) await installDebian('prometheus');
  },

  /** @param targets - `{ job: 'host:port' }`, each asked for /metrics four times a second */
  async start({ targets }) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = new Server('Prometheus');
    const configuration = {
      global: { scrape_interval: '250ms', scrape_timeout: '250ms' },
      scrape_configs: Object.entries(targets).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
    };
    // its configuration is YAML, of which JSON is a part
    writeFileSync(join(server.folder, 'prometheus.yml'), JSON.stringify(configuration));
    const given = [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ];
    await server.start('prometheus', given, { ready: `${url}/-/ready` });
    return { url, log: () => server.log, stop: () => server.stop() };
  },
};

/** `promtool check metrics` on a page; an empty page would pass, so it is refused here. */
export async function checkMetrics(page) {
  if (page.trim() === '') throw new Error('the page of metrics is empty, which promtool would accept');
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  child.stdin.end(page);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, output };
}
