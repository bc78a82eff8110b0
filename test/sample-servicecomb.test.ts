import { join } from 'node:path';
import { startDevRegistry, type DevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const folder = join(root, 'samples/servicecomb');
const PORTS = { GREETER_PORT: '0', VISITOR_PORT: '0', REGISTRY_PORT: '0' };
const ANSWER = { message: 'Hello, Ada!', version: '1.0.0' };

const started = (
  program: string,
  environment: Readonly<Record<string, string>>,
  further: readonly string[] = [],
): Service =>
  new Service({
    command: [join(folder, 'dist', program), ...further],
    environment: { ...PORTS, ...environment },
    cwd: folder,
  });

/** Where a service of a program listens, once it is ready. */
async function addressOf(program: Service, name: string): Promise<string> {
  const { endpoints } = await program.line(({ message, service }) => message === 'ready' && service === name);
  return (endpoints as string[])[0]!.replace('rest://', 'http://');
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('the sample servicecomb', () => {
  let sample: Service;
  let visitor: string;

  beforeAll(async () => {
    sample = started('main.js', {});
    [visitor] = await Promise.all([addressOf(sample, 'visitor'), addressOf(sample, 'greeter')]);
  });

  afterAll(() => sample.stop());

  it.each(['typed', 'fetched', 'named'])('finds the greeter in the development registry it brings: %s', async (way) => {
    expect(await json(`${visitor}/visit/${way}/Ada`)).toEqual(ANSWER);
  });

  it('ends when it is told to, its services first', async () => {
    expect(await sample.stop()).toBe(0);
    expect(sample.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });
});

describe('the sample servicecomb at a registry that is there', () => {
  let registry: DevRegistry;
  let sample: Service;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    registry = await startDevRegistry({ port: 0 });
    environment = { PAAS_CSE_SC_ENDPOINT: registry.url };
    sample = started('main.js', environment);
    await Promise.all([addressOf(sample, 'visitor'), addressOf(sample, 'greeter')]);
  });

  afterAll(async () => {
    await sample.stop();
    await registry.close();
  });

  it('registers there, and brings none of its own', () => {
    const names = registry.services().map(({ appId, serviceName }) => `${appId}:${serviceName}`);
    expect(names.sort()).toEqual(['sample:greeter', 'sample:visitor']);
    expect(sample.text).not.toContain('development registry');
  });

  it('calls a newer version as soon as there is one, and the old one when it has left', async () => {
    const visitor = await addressOf(sample, 'visitor');
    const versionOf = async (): Promise<unknown> => {
      const { version } = (await json(`${visitor}/visit/typed/Ada`)) as { version: string };
      return version;
    };
    expect(await versionOf()).toBe('1.0.0');
    const newer = started('greeter/main.js', environment, ['--servicecomb.service.version=1.1.0']);
    await addressOf(newer, 'greeter');
    // it has heard of it when its calls go there
    while ((await versionOf()) !== '1.1.0');
    expect(await newer.stop()).toBe(0);
    expect(await versionOf()).toBe('1.0.0');
  });

  it('leaves it in the end', async () => {
    expect(await sample.stop()).toBe(0);
    expect(registry.instances()).toEqual([]);
  });
});
