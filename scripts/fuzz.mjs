// `npm run test:fuzz [-- --write]`: at least 10,000 requests that Schemathesis makes from the shop's own documents, and
// a report, which `--write` puts into docs/. Fails on any finding that test/fuzz/exceptions.json does not list.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checks } from './fuzz/checks.mjs';
import { readRecording } from './fuzz/recording.mjs';
import { reportOf } from './fuzz/report.mjs';
import { root } from './files.mjs';
import { schemathesis } from './servers/schemathesis.mjs';
import { startShop } from './servers/shop.mjs';
import { ready } from './servers/ready.mjs';

const SEED = 20_261;
const LEAST_CASES = 10_000;
const MOST_EXCEPTIONS = 3;
/** For each operation and kind of input, of which there are fewer when the inputs run out. */
const EXAMPLES = 1300;
/** Answers are looked at, which a limiter would cut off. */
const UNLIMITED = '--servicecomb.governance.rateLimit.services.catalog.schemas.catalog.enabled=false';

const exceptions = JSON.parse(readFileSync(join(root, 'test/fuzz/exceptions.json'), 'utf8'));

/** Fuzzes one service of a shop of its own; gives what was recorded and what stands against it. */
async function fuzz(service, folder) {
  const shop = await startShop({ flags: ['--servicecomb.log.level=error', UNLIMITED] });
  try {
    const recorded = join(folder, `${service}.ndjson`);
    const summary = join(folder, `${service}.json`);
    const { code, output } = await schemathesis.run(
      [
        'run',
        `${shop[service].url}/openapi.json`,
        ...['--checks', Object.keys(checks).join(',')],
        ...['--max-examples', String(EXAMPLES), '--seed', String(SEED)],
        ...['--continue-on-failure', '--generation-unique-inputs', '--generation-database', 'none', '--no-color'],
        ...['--report', 'json,ndjson', '--report-json-path', summary, '--report-ndjson-path', recorded],
      ],
      { cwd: folder },
    );
    if (code !== 0 && code !== 1) throw new Error(`Schemathesis ended with ${code}:\n${output}`);
    const recording = await readRecording(service, recorded);
    const { errors, stop_reason: stopped } = JSON.parse(readFileSync(summary, 'utf8'));
    if (errors.length > 0) throw new Error(`${service}: ${JSON.stringify(errors, null, 2)}\n${output}`);
    if (stopped !== 'completed') throw new Error(`${service}: Schemathesis stopped early: ${stopped}\n${output}`);
    await mustBeWell(shop);
    return { recording, document: await (await fetch(`${shop[service].url}/openapi.json`)).json() };
  } finally {
    await shop.stop();
  }
}

/** After all that, both are ready and have had nothing to complain about. */
async function mustBeWell({ catalog, orders }) {
  for (const { name, url, log } of [catalog, orders]) {
    const response = await fetch(`${url}/readyz`);
    if (!response.ok) throw new Error(`${name} is not ready after the run: ${response.status}\n${log()}`);
    if (log().trim() !== '') throw new Error(`${name} logged errors:\n${log()}`);
  }
}

/** Successes that the document does not name by number: `default` says how failures look. */
function undocumented({ service, answers }, { paths }) {
  return Object.entries(answers).flatMap(([operation, statuses]) => {
    const [method, path] = operation.split(' ');
    const known = paths[path]?.[method.toLowerCase()]?.responses;
    return Object.keys(statuses)
      .filter((status) => known && !(Number(status) >= 400) && !(status in known))
      .map((status) => ({
        ...{ service, operation, check: 'documented', finding: 'UndocumentedSuccess', request: '' },
        ...{ title: `status ${status} is not in the document`, answer: status },
      }));
  });
}

/** Same findings are told once, with how often they came. */
function grouped(failures) {
  const groups = new Map();
  for (const failure of failures) {
    const key = [failure.service, failure.operation, failure.finding, failure.answer.slice(0, 4)].join('\n');
    const group = groups.get(key);
    if (group) group.times += 1;
    else groups.set(key, { ...failure, times: 1 });
  }
  return [...groups.values()];
}

function excepting({ service, operation, finding, answer }) {
  return exceptions.find(
    (exception) =>
      exception.service === service &&
      exception.operation === operation &&
      exception.finding === finding &&
      answer.includes(exception.answer),
  );
}

async function main() {
  if (exceptions.length > MOST_EXCEPTIONS) throw new Error(`at most ${MOST_EXCEPTIONS} findings may be excepted`);
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'ts-chassis-fuzz-'));
  try {
    const runs = await Promise.all(['catalog', 'orders'].map((service) => fuzz(service, folder)));
    const failures = runs.flatMap(({ recording, document }) => [
      ...recording.failures,
      ...undocumented(recording, document),
    ]);
    const recordings = runs.map(({ recording }) => recording);
    const findings = grouped(failures.filter((failure) => !excepting(failure)));
    const excepted = exceptions.map((exception) => ({
      ...exception,
      times: failures.filter((failure) => excepting(failure) === exception).length,
    }));
    const seconds = Math.round((Date.now() - began) / 1000);
    const tool = schemathesis.name.replace('-', ' ');
    const report = reportOf({ tool, seed: SEED, recordings, exceptions: excepted, findings, seconds });
    console.log(report);
    if (process.argv.includes('--write')) writeFileSync(join(root, 'docs/fuzz-report.md'), report);
    const total = recordings.reduce((sum, recording) => sum + recording.total, 0);
    if (total < LEAST_CASES) throw new Error(`${total} cases are fewer than ${LEAST_CASES}`);
    if (findings.length > 0) throw new Error(`${findings.length} findings that are not excepted`);
    console.log(`fuzz: ${total} cases, nothing found that is not excepted, in ${seconds} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  if (await ready(schemathesis)) await main();
  else console.log('fuzz: skipped');
} catch ({ message }) {
  console.error(`fuzz: ${message}`);
  process.exitCode = 1;
}
