/** Calls per second and server CPU time per call over gRPC: unary with small and with 1 KB messages, and streams of a thousand. */
import { join } from 'node:path';
import { RepeatBudget } from './budget.js';
import { goPeer } from './go-peers.js';
import { checkGreeter, grpcLoad, type GrpcMeasure, type GrpcRoute, grpcRoutes } from './grpc-workload.js';
import { processCpuMs } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { turned } from './turned.js';

const root = join(__dirname, '..');

export interface GrpcSubject {
  readonly name: string;
  readonly script: string;
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What it serves; default all. */
  readonly serves?: readonly GrpcMeasure[];
}

const ours = join(root, 'ours', 'grpc', 'provider.js');

/** Those that are here: peers in Go only where Go is. */
export function grpcSubjects(): GrpcSubject[] {
  const go = (['grpc', 'chassis'] as const).flatMap((name): GrpcSubject[] => {
    const program = goPeer(name);
    const said = name === 'grpc' ? 'grpc-go' : 'go-chassis';
    // one processor, as the others have
    const environment = { GOMAXPROCS: '1' };
    return program ? [{ name: said, script: '', program, environment, serves: ['hello'] }] : [];
  });
  return [
    { name: 'grpc-js', script: join(root, 'peers', 'grpc', 'grpc-js.js') },
    { name: 'ours', script: ours },
    { name: 'nest', script: join(root, 'peers', 'grpc', 'nest.js') },
    { name: 'ours-handlers', script: ours, environment: { HANDLERS: 'on' } },
    { name: 'ours-grpc-js', script: ours, environment: { ENGINE: 'grpc-js' } },
    { name: 'http2', script: join(root, 'prototypes', 'grpc-http2-server.js') },
    ...go,
  ];
}

interface Running {
  readonly subject: GrpcSubject;
  readonly server: ServerProcess;
}

interface Slot {
  readonly rate: number;
  readonly cpuMs: number;
  readonly cpuShare: number;
}

const fullShare = 0.8;

function isServed({ serves }: GrpcSubject, { name }: GrpcRoute): boolean {
  return serves?.includes(name) ?? true;
}

function chosen({ only, peersOnly }: Settings): GrpcSubject[] {
  return grpcSubjects().filter(({ name }) => (only?.includes(name) ?? true) && !(peersOnly && name.startsWith('ours')));
}

async function startAll(running: Running[], settings: Settings, node: string): Promise<void> {
  for (const subject of chosen(settings)) {
    const server = await startServer({ node, ...subject });
    running.push({ subject, server });
    await checkGreeter(
      subject.name,
      server.port,
      grpcRoutes.filter((route) => isServed(subject, route)),
    );
  }
}

async function measure({ server, subject }: Running, route: GrpcRoute, seconds: number): Promise<Slot> {
  await grpcLoad(server.port, route, 0.5);
  const cpuBefore = processCpuMs(server.pid);
  const begun = performance.now();
  const { requests, rate, errors } = await grpcLoad(server.port, route, seconds);
  const cpuMs = processCpuMs(server.pid) - cpuBefore;
  const elapsedMs = performance.now() - begun;
  if (errors > 0) throw new Error(`${subject.name} ${route.name}: ${errors} of ${requests} calls failed`);
  return { rate, cpuMs: cpuMs / requests, cpuShare: cpuMs / elapsedMs };
}

export async function measureGrpc(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const running: Running[] = [];
  const samples: Sample[] = [];
  try {
    await startAll(running, settings, node);
    const budget = new RepeatBudget(settings.rounds * running.length * grpcRoutes.length * settings.seconds * 0.5);
    for (const route of grpcRoutes) {
      const those = running.filter(({ subject }) => isServed(subject, route));
      for (const one of those) await grpcLoad(one.server.port, route, settings.warmUpSeconds);
      for (let round = 1; round <= settings.rounds; round += 1) {
        for (const one of turned(those, round)) {
          const slot = await budget.run(
            () => measure(one, route, settings.seconds),
            ({ cpuShare }) => cpuShare >= fullShare,
          );
          samples.push({ subject: one.subject.name, measure: route.name, round, ...slot });
          console.log(`round ${round} ${route.name.padEnd(5)} ${one.subject.name.padEnd(13)} ${said(slot)}`);
        }
      }
    }
  } finally {
    for (const { server } of running) await stopServer(server);
  }
  return { samples, notes: notesOf(settings) };
}

function said({ rate, cpuMs, clean }: Slot & { readonly clean: boolean }): string {
  return `${rate.toFixed(0).padStart(6)}/s ${(cpuMs * 1000).toFixed(1).padStart(8)} us CPU${clean ? '' : '  (disturbed)'}`;
}

function notesOf({ rounds, seconds }: Settings): string[] {
  const load = grpcRoutes.map(({ name, connections, concurrent }) => `${name} ${connections} x ${concurrent}`);
  return [`load/grpc-generator, connections x calls at once: ${load.join(', ')}; ${rounds} rounds of ${seconds} s`];
}
