import { beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../clock/random.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { Instance } from '../endpoint/instance.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { InstanceUpdate } from '../registry/own-instance.js';
import type { Registrar } from '../registry/ports.js';
import { Logger, silentLogger } from '../telemetry/logger.js';
import { Announcement } from './announcement.js';

const instance: Instance = {
  ...{ environment: '', app: 'default', service: 'catalog', version: '1.0.0' },
  ...{ id: 'a', hostName: 'h', status: 'UP', endpoints: [], metadata: {} },
};
const outOfReach = (): Error => coreError('REGISTRY_UNAVAILABLE', 'no answer', { retryAfterMs: 1000 });

/** A registry that fails as it is told to. */
class FakeRegistrar implements Registrar {
  readonly seen: string[] = [];
  answer: () => Promise<void> = () => Promise.resolve();

  async register({ id }: Instance): ReturnType<Registrar['register']> {
    this.seen.push(`register ${id}`);
    await this.answer();
    return {
      update: (change: InstanceUpdate) => Promise.resolve(void this.seen.push(`update ${JSON.stringify(change)}`)),
      deregister: () => Promise.resolve(void this.seen.push('deregister')),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('Announcement', () => {
  let clock: VirtualClock;
  let registrar: FakeRegistrar;
  let own: Announcement;
  const prepared: number[] = [];
  const how = { prepare: () => Promise.resolve(void prepared.push(clock.elapsed())), patienceMs: 8000 };

  beforeEach(() => {
    clock = new VirtualClock();
    registrar = new FakeRegistrar();
    own = new Announcement({ clock, random: seededRandom(7), logger: silentLogger, registrar });
    prepared.length = 0;
  });

  it('announces, changes and withdraws', async () => {
    await expect(own.update({ status: 'DOWN' })).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
    await own.announce(instance, how);
    expect(own.registered).toEqual(instance);
    await own.update({ status: 'OUTOFSERVICE' });
    expect(own.registered).toMatchObject({ id: 'a', status: 'OUTOFSERVICE' });
    expect(await own.withdraw()).toBe(true);
    expect(own.registered).toBeUndefined();
    expect(await own.withdraw()).toBe(false);
    expect(registrar.seen).toEqual(['register a', 'update {"status":"OUTOFSERVICE"}', 'deregister']);
  });

  it('tells a registry of nothing that is no status, no texts, or not to be changed', async () => {
    await own.announce(instance, how);
    const update = (change: unknown): Promise<void> => own.update(change as InstanceUpdate);
    await expect(update({ status: 'SLEEPING' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: 'own instance: status: expected one of UP, DOWN, STARTING, TESTING, OUTOFSERVICE, got SLEEPING',
    });
    for (const metadata of [{ a: 1 }, null, ['a'], 'a']) {
      await expect(update({ metadata })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    }
    await update({ id: 'b', status: undefined, metadata: { a: '1' } });
    expect(registrar.seen.slice(1)).toEqual(['update {"metadata":{"a":"1"}}']);
    expect(own.registered).toEqual({ ...instance, metadata: { a: '1' } });
  });

  it('is not there any more once it was withdrawn while it was changed', async () => {
    await own.announce(instance, how);
    const updated = own.update({ status: 'DOWN' });
    await own.withdraw();
    await updated;
    expect(own.registered).toBeUndefined();
    await own.announce(instance, how);
    expect(own.registered).toEqual(instance);
  });

  it('lets the start go on while the registry is out of reach, and tries until it is back', async () => {
    registrar.answer = () => Promise.reject(outOfReach());
    await own.announce(instance, how);
    expect(own.registered).toBeUndefined();
    await clock.advance(60_000);
    const tries = registrar.seen.length;
    expect(tries).toBeGreaterThanOrEqual(6);
    expect(tries).toBeLessThanOrEqual(9);
    registrar.answer = () => Promise.resolve();
    await clock.advance(30_000);
    expect(own.registered).toEqual(instance);
    expect(prepared.length).toBe(registrar.seen.length);
    await clock.advance(600_000);
    expect(registrar.seen.length).toBe(tries + 1);
  });

  it('lets the start go on where something answers that is no registry for now', async () => {
    const nonsense = new ChassisError('UNAVAILABLE', 'expected JSON, got <html>', {
      ...{ code: 'REGISTRY_ANSWER_INVALID', retryAfterMs: 1000 },
    });
    registrar.answer = () => Promise.reject(nonsense);
    await own.announce(instance, how);
    registrar.answer = () => Promise.resolve();
    await clock.advance(10_000);
    expect(own.registered).toEqual(instance);
  });

  it('is not kept from starting by a registry that says nothing, whose late answer counts', async () => {
    let answer = (): void => undefined;
    registrar.answer = () => new Promise((resolve) => (answer = resolve));
    const announced = own.announce(instance, how);
    await clock.advance(8000);
    await announced;
    expect(own.registered).toBeUndefined();
    answer();
    await clock.advance(0);
    expect(own.registered).toEqual(instance);
    expect(registrar.seen).toEqual(['register a']);
  });

  it('refuses the start for what no later try would mend', async () => {
    registrar.answer = () => Promise.reject(coreError('REGISTRY_UNAVAILABLE', '/r: expected mode 0700'));
    await expect(own.announce(instance, how)).rejects.toMatchObject({ message: '/r: expected mode 0700' });
    await clock.advance(60_000);
    expect(registrar.seen).toEqual(['register a']);
  });

  it('tells once of each reason for which it is refused later, and goes on trying', async () => {
    const lines: string[] = [];
    const logger = new (class extends Logger {
      debug(): void {}
      info(): void {}
      warn(): void {}
      error(message: string): void {
        lines.push(message);
      }
      child(): Logger {
        return this;
      }
    })();
    own = new Announcement({ clock, random: seededRandom(7), logger, registrar });
    registrar.answer = () => Promise.reject(outOfReach());
    await own.announce(instance, how);
    let time = 0;
    registrar.answer = () => Promise.reject(coreError('CONFIG_INVALID', `no such name, told ${(time += 1)} times`));
    await clock.advance(600_000);
    expect(time).toBeGreaterThan(15);
    expect(lines).toEqual(['registry: this instance is refused, which is tried again']);
    registrar.answer = () => Promise.resolve();
    await clock.advance(60_000);
    expect(own.registered).toEqual(instance);
  });

  it('tries no more once it is withdrawn, and withdraws what was taken meanwhile', async () => {
    registrar.answer = () => Promise.reject(outOfReach());
    await own.announce(instance, how);
    expect(await own.withdraw()).toBe(false);
    await clock.advance(60_000);
    expect(registrar.seen).toEqual(['register a']);
    let answer = (): void => undefined;
    registrar.answer = () => new Promise((resolve) => (answer = resolve));
    const announced = own.announce(instance, how);
    await clock.advance(8000);
    await announced;
    const withdrawn = own.withdraw();
    answer();
    expect(await withdrawn).toBe(true);
    expect(registrar.seen.at(-1)).toBe('deregister');
  });
});
