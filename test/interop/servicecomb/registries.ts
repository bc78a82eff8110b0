import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevRegistry, type DevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import { freePort, serviceCenter, type Installable } from '../../../scripts/servers/servers.mjs';

/** A registry that services of both sides speak to. */
export interface LaneRegistry {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, without a word to anybody. */
  kill(): Promise<void>;
  /** Starts it again at the same address, with or without what it knew. */
  start(options: { readonly data: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Where the cases of both lanes are run. */
export interface RegistryLane {
  readonly key: 'center' | 'dev';
  readonly name: string;
  readonly needs: readonly Installable[];
  start(): Promise<LaneRegistry>;
}

export const REGISTRY_LANES: readonly RegistryLane[] = [
  { key: 'center', name: 'service-center', needs: [serviceCenter], start: () => serviceCenter.start() },
  { key: 'dev', name: 'the development registry', needs: [], start: startDev },
];

async function startDev(): Promise<LaneRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'ts-chassis-registry-'));
  const file = join(folder, 'state.json');
  const port = await freePort();
  let running: DevRegistry | undefined = await startDevRegistry({ port, file });
  const kill = async (): Promise<void> => {
    await running?.close();
    running = undefined;
  };
  return {
    url: running.url,
    port,
    kill,
    async start({ data }) {
      if (!data) await rm(file, { force: true });
      running = await startDevRegistry({ port, file });
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
