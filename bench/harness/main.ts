/** `npm run bench`: measures the sections asked for and writes the page. */
import { spawnSync } from 'node:child_process';
import { measureCallers, measureClient } from './client.js';
import { measureDev } from './dev-restart.js';
import { measureGovernance } from './governance.js';
import { measureGrpc } from './grpc.js';
import { measureGrpcClient } from './grpc-client.js';
import { measureGrpcSoak } from './grpc-soak.js';
import { measureHandler } from './handler.js';
import { measureHelp } from './help.js';
import { describeMachine, loadProcessor } from './machine.js';
import { nodeBinary, nodeVersion } from './node-binary.js';
import { profileServer } from './profile.js';
import { measureFeatures, measureGoverned, measureProvider } from './provider.js';
import { measureRegistry } from './registry.js';
import { measureReload } from './reload.js';
import { measurePrivate } from './private.js';
import { writeReport } from './report.js';
import { type Sample, saveSection } from './results.js';
import { readSettings, type SectionName, type Settings, usage } from './settings.js';
import { measureSoak } from './soak.js';
import { measureStart } from './start-up.js';
import { measureStream } from './stream.js';
import { measureTls } from './tls.js';

type Measure = (settings: Settings, node: string) => Promise<{ samples: Sample[]; notes: string[] }>;

const measures: Record<SectionName, Measure> = {
  provider: measureProvider,
  features: measureFeatures,
  stream: measureStream,
  client: measureClient,
  handler: measureHandler,
  governance: measureGovernance,
  governed: measureGoverned,
  callers: measureCallers,
  grpc: measureGrpc,
  grpcclient: measureGrpcClient,
  grpcsoak: measureGrpcSoak,
  private: measurePrivate,
  tls: measureTls,
  registry: measureRegistry,
  reload: measureReload,
  start: measureStart,
  cli: measureHelp,
  dev: measureDev,
  soak: measureSoak,
};

/** Sections that are measured on every Node line asked for; the others on the first only. */
const onEveryLine: ReadonlySet<SectionName> = new Set(['provider', 'client']);

/** The harness itself keeps off the server's processor. */
function stepAside(): void {
  if (describeMachine().pinned)
    spawnSync('taskset', ['-a', '-c', '-p', String(loadProcessor), String(process.pid)], { stdio: 'ignore' });
}

async function measureAll(settings: Settings): Promise<void> {
  for (const [index, line] of settings.nodes.entries()) {
    const node = nodeBinary(line);
    if (node === undefined) continue;
    const version = nodeVersion(node);
    for (const section of settings.sections) {
      if (index > 0 && !onEveryLine.has(section)) continue;
      console.log(`\n== ${section}, Node ${version}`);
      saveSection({ section, node: version, ...(await measures[section](settings, node)) }, settings.quick);
    }
  }
}

async function main(parameters: readonly string[]): Promise<void> {
  if (parameters.includes('--help')) return console.log(usage);
  stepAside();
  const [first, ...rest] = parameters;
  if (first === 'profile') return profileServer(rest[0] ?? 'ours', rest[1] ?? 'get');
  if (first === 'report') return writeReport(false);
  const settings = readSettings(parameters);
  await measureAll(settings);
  writeReport(settings.quick);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
