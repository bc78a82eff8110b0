// The first minutes of a user, by the clock: from an empty folder and the packed packages to a new project, its tests, a
// development run, one request, its metrics and its trace in Zipkin, which runs already (`ZIPKIN_URI`, else one is started
// before the clock is). Prints the seconds of each step; fails when a step does, or when it takes five minutes.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure } from './ensure.mjs';
import { root, workspaces } from './files.mjs';
import { programPath } from './servers/cache.mjs';
import { ready, zipkin } from './servers/servers.mjs';
import { freePort, until } from './servers/running.mjs';

const WITHIN_SECONDS = 300;
const NAME = 'demo';
const ROUTE = '/greetings/Ada';

const folder = mkdtempSync(join(tmpdir(), 'ts-chassis-first-'));
const packages = join(folder, 'packages');
const empty = join(folder, 'empty');
const project = join(empty, NAME);
/** What npm tells the scripts it runs would make another npm believe that it works on this repository. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(package|lifecycle)_|npm_config_local|INIT_CWD$)/.test(name)),
);

/** Runs a program to its end; an Error with what it said when it fails. */
function run(command, given, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, given, {
    ...{ cwd, env: environment, encoding: 'utf8', maxBuffer: 1 << 26 },
    // no terminal: nothing is asked
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return stdout;
  throw new Error(`${command} ${given.join(' ')} ended with ${status}\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`);
}

/** Does one step of the way, and tells how long it took. */
async function step(title, work) {
  const began = Date.now();
  try {
    const result = await work();
    console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${title}`);
    return result;
  } catch (error) {
    console.log(`FAILED    ${title}`);
    throw error;
  }
}

function pack() {
  mkdirSync(packages);
  mkdirSync(empty);
  const names = workspaces().filter((workspace) => workspace.startsWith('packages/'));
  const chosen = names.flatMap((name) => ['--workspace', name]);
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', packages, ...chosen], root);
}

function packed(stem) {
  const file = readdirSync(packages).find((name) => name.startsWith(`${stem}-`));
  if (!file) throw new Error(`there is no packed ${stem} in ${packages}`);
  return join(packages, file);
}

async function get(url) {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status} ${text}`);
  return text;
}

function makeProject() {
  const command = ['chassis', 'new', NAME, '--yes', '--packages', packages];
  run('npm', ['exec', '--yes', `--package=${packed('ts-chassis-cli')}`, '--', ...command], empty);
}

/** `npm run dev` with everything it starts in a group of its own. */
function develop(port, zipkinUri) {
  const child = spawn('npm', ['run', 'dev'], {
    cwd: project,
    env: { ...environment, PORT: String(port), ZIPKIN_URI: zipkinUri },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { child, ended, said: () => said };
}

function ask(url) {
  return programPath('curl') ? run('curl', ['-sS', '--fail', url], empty) : get(url);
}

async function traceIn(zipkinUrl) {
  const [[span]] = await until(
    'a trace in Zipkin',
    async () => {
      const traces = JSON.parse(await get(`${zipkinUrl}/api/v2/traces?serviceName=${NAME}`));
      return traces.length > 0 ? traces : undefined;
    },
    { withinMs: 20_000 },
  );
  if (span.kind !== 'SERVER') throw new Error(`expected a span of a server, got ${JSON.stringify(span)}`);
}

async function walk(zipkinUrl, zipkinUri) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await step(`chassis new ${NAME} --yes, with the installation of its packages`, makeProject);
  await step('npm test', () => run('npm', ['test'], project));
  const development = develop(port, zipkinUri);
  try {
    await step('npm run dev, until it is ready', () => {
      const over = development.ended.then((code) => Promise.reject(new Error(`it ended with ${code}`)));
      return Promise.race([over, until('ready', () => get(`${url}/readyz`), { withinMs: 60_000 })]);
    });
    await step(`curl ${ROUTE}`, () => ask(`${url}${ROUTE}`));
    await step('its metrics', async () => {
      const page = await get(`${url}/metrics`);
      const line = /^http_server_request_duration_seconds_count\{.*http_route="\/greetings\/.*\} 1$/m.exec(page);
      if (!line) throw new Error(`the request is not in the metrics:\n${page}`);
    });
    await step('its trace in Zipkin', () => traceIn(zipkinUrl));
    await step('Ctrl-C, after which nothing answers', async () => {
      process.kill(-development.child.pid, 'SIGINT');
      await development.ended;
      const answer = await fetch(url).catch(() => undefined);
      if (answer) throw new Error(`${url} still answers`);
    });
  } catch (error) {
    throw new Error(`${error.message}\nnpm run dev said:\n${development.said()}`, { cause: error });
  } finally {
    await endGroup(development);
  }
}

async function endGroup({ child, ended }) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // all of it has gone
  }
  await ended;
}

async function main() {
  ensure();
  const given = process.env.ZIPKIN_URI;
  const server = given ? undefined : await zipkin.start();
  const zipkinUri = given ?? server.spansUrl;
  try {
    await step('the packages are packed (not counted)', pack);
    const began = Date.now();
    await walk(new URL(zipkinUri).origin, zipkinUri);
    const seconds = (Date.now() - began) / 1000;
    console.log(`first project: ${seconds.toFixed(0)} s of ${WITHIN_SECONDS} s`);
    if (seconds >= WITHIN_SECONDS) throw new Error(`it took ${seconds} s, at most ${WITHIN_SECONDS} s are allowed`);
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  if (process.env.ZIPKIN_URI || (await ready(zipkin))) await main();
  else console.log('first project: skipped');
} catch ({ message }) {
  console.error(`first project: ${message}`);
  process.exitCode = 1;
}
