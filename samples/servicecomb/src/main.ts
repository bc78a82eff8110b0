import { startDevRegistry, type DevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs both services, each as a process; and a registry for them, unless `PAAS_CSE_SC_ENDPOINT` says where one is. */
async function main(): Promise<void> {
  const registry = process.env['PAAS_CSE_SC_ENDPOINT'] ? undefined : await startRegistry();
  const environment = { ...process.env, ...(registry && { REGISTRY_PORT: String(registry.port) }) };
  const services = ['greeter', 'visitor'].map((name) =>
    fork(join(__dirname, name, 'main.js'), process.argv.slice(2), { env: environment }),
  );
  process.on('SIGINT', () => {}); // Ctrl-C reaches them too, and the registry is there until they have left it
  process.on('SIGTERM', () => services.forEach((service) => service.kill('SIGTERM')));
  const codes = await Promise.all(services.map(ended));
  await registry?.close();
  process.exitCode = Math.max(...codes);
}

async function startRegistry(): Promise<DevRegistry> {
  const registry = await startDevRegistry({ port: Number(process.env['REGISTRY_PORT'] ?? 30100) });
  console.log(`development registry: ${registry.url}`);
  return registry;
}

async function ended(service: ChildProcess): Promise<number> {
  const [code] = (await once(service, 'exit')) as [number | null];
  return code ?? 1;
}

if (require.main === module) void main();
