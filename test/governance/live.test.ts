import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../fixtures/governance/consumer.js';
import { tally, until } from '../fixtures/governance/outcomes.js';
import { replaceFile, Stage, type WorkerProcess } from '../fixtures/governance/stage.js';
import { Traffic } from '../fixtures/governance/traffic.js';

let stage: Stage;
let old: WorkerProcess;
let young: WorkerProcess;

beforeAll(async () => {
  stage = await Stage.create();
  [old, young] = await Promise.all([
    stage.worker('old', { version: '1.0.0' }),
    stage.worker('new', { version: '2.0.0' }),
  ]);
});

afterEach(() => stage.release());
afterAll(() => stage.close());

const shares = (older: number, newer: number): string => `servicecomb:
  routeRule:
    work: |
      - precedence: 1
        route:
          - weight: ${older}
            tags:
              version: 1.0.0
          - weight: ${newer}
            tags:
              version: 2.0.0
`;

const all =
  (instance: string) =>
  (outcomes: readonly Outcome[]): boolean =>
    outcomes.every((outcome) => outcome.instance === instance);

describe('files that are edited while calls are made', () => {
  it('move the weights of a route at once, step by step, and no call is lost', async () => {
    const consumer = await stage.consumer({ 'router.yaml': shares(100, 0) });
    const traffic = new Traffic(consumer, (work) => work.one());
    expect(all('old')(await traffic.next(100))).toBe(true);
    const from = consumer.lines.length;
    await replaceFile(consumer.conf, 'router.yaml', shares(80, 20));
    expect(await consumer.says('configuration changed', from)).toMatchObject({
      source: 'files',
      keys: ['servicecomb.routeRule.work'],
    });
    await traffic.next(4);
    const shared = tally((await traffic.next(200)).map(({ instance }) => instance));
    expect(shared['new']).toBeGreaterThanOrEqual(36);
    expect(shared['new']).toBeLessThanOrEqual(44);
    await replaceFile(consumer.conf, 'router.yaml', shares(0, 100));
    await traffic.until(all('new'));
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
  });

  it('that cannot be right are refused with file and line, and what held before holds on', async () => {
    const consumer = await stage.consumer({ 'router.yaml': shares(100, 0) });
    const traffic = new Traffic(consumer, (work) => work.one());
    await traffic.next(20);
    const refused = async (text: string): Promise<string> => {
      const from = consumer.lines.length;
      await replaceFile(consumer.conf, 'router.yaml', text);
      const line = await consumer.says('router.yaml:', from);
      expect(line.level).toBe('warn');
      return line.message;
    };
    const weights = await refused(shares(90, 150));
    expect(weights).toMatch(/router\.yaml:9: servicecomb\.routeRule\.work\[0\]\.route\[1\]\.weight: .*150/);
    expect(await refused(shares(100, 0).replace('precedence: 1', 'precedence: high'))).toMatch(
      /router\.yaml:4: .*high/,
    );
    expect(await refused('servicecomb:\n  routeRule:\n    work: [\n')).toMatch(/router\.yaml:\d/);
    expect(all('old')(await traffic.next(100))).toBe(true);
    await replaceFile(consumer.conf, 'router.yaml', shares(0, 100));
    await traffic.until(all('new'));
    await traffic.stop();
    expect(traffic.failures).toEqual([]);
  });

  it('open a circuit by force and close it, for one service', async () => {
    const breaker = (forced: string): string =>
      `cse:\n  circuitBreaker:\n    Consumer:\n      work:\n        enabled: true\n        forceOpen: ${forced}\n`;
    const consumer = await stage.consumer({ 'circuit_breaker.yaml': breaker('false') });
    const traffic = new Traffic(consumer, (work) => work.two());
    await traffic.next(50);
    expect(traffic.failures).toEqual([]);
    await replaceFile(consumer.conf, 'circuit_breaker.yaml', breaker('true'));
    await traffic.until((outcomes) => outcomes.every(({ code }) => code === 'CIRCUIT_OPEN'));
    await replaceFile(consumer.conf, 'circuit_breaker.yaml', breaker('false'));
    await traffic.until((outcomes) => outcomes.every(({ instance }) => instance !== undefined));
    await traffic.stop();
    expect(Object.keys(tally(traffic.failures.map(({ code }) => code)))).toEqual(['CIRCUIT_OPEN']);
  });

  it('lower the threshold of a circuit, which goes by what it has counted already', async () => {
    const breaker = (volume: number): string => `cse:
  loadbalance:
    isolation:
      enabled: false
  circuitBreaker:
    Consumer:
      enabled: true
      sleepWindowInMilliseconds: 300
      requestVolumeThreshold: ${volume}
`;
    const consumer = await stage.consumer({ 'circuit_breaker.yaml': breaker(1_000_000) });
    await Promise.all([old.tell('fail 500', 'show'), young.tell('fail 500', 'show')]);
    const before = (await consumer.outcomes(30, (work) => work.show('x'))).map(({ code }) => code);
    expect(before).not.toContain('CIRCUIT_OPEN');
    const from = consumer.lines.length;
    await replaceFile(consumer.conf, 'circuit_breaker.yaml', breaker(31));
    await consumer.says('configuration changed', from);
    const after = await consumer.outcomes(3, (work) => work.show('x'));
    expect(after.map(({ code }) => code === 'CIRCUIT_OPEN')).toEqual([false, true, true]);
    await Promise.all([old.tell('answer', 'show'), young.tell('answer', 'show')]);
    await until(
      () => consumer.outcome((work) => work.show('x')),
      ({ instance }) => instance !== undefined,
    );
  });

  it('inject faults into one operation, by percentage, and take them out again', async () => {
    const fault = (percent: number): string => `cse:
  governance:
    Consumer:
      work:
        schemas:
          work:
            operations:
              two:
                policy:
                  fault:
                    protocols:
                      rest:
                        abort:
                          percent: ${percent}
                          httpStatus: 503
`;
    const consumer = await stage.consumer({
      'fault.yaml': fault(0),
      'load_balancing.yaml': 'cse:\n  loadbalance:\n    isolation:\n      enabled: false\n',
    });
    const others = new Traffic(consumer, (work) => work.one(), 1);
    const traffic = new Traffic(consumer, (work) => work.two());
    await traffic.next(50);
    await replaceFile(consumer.conf, 'fault.yaml', fault(50));
    await traffic.until((outcomes) => outcomes.filter(({ code }) => code === 'FAULT_INJECTED').length > 60, {
      count: 200,
    });
    await replaceFile(consumer.conf, 'fault.yaml', fault(0));
    await traffic.until((outcomes) => outcomes.every(({ code }) => code === undefined), { count: 100 });
    await Promise.all([traffic.stop(), others.stop()]);
    expect(Object.keys(tally(traffic.failures.map(({ code }) => code)))).toEqual(['FAULT_INJECTED']);
    expect(others.failures).toEqual([]);
  });

  it('limit a provider in its own process, refuse what is no limit, and lift it again', async () => {
    const limit = (text: string): string =>
      `cse:\n  flowcontrol:\n    Provider:\n      qps:\n        enabled: true\n        global:\n          limit: ${text}\n`;
    const status = async (): Promise<number> => {
      const answer = await old.call('three');
      await answer.text();
      return answer.status;
    };
    const isLimited = async (): Promise<boolean> => {
      const all = await Promise.all(Array.from({ length: 20 }, status));
      expect(Object.keys(tally(all.map(String))).filter((one) => one !== '200' && one !== '429')).toEqual([]);
      return all.filter((one) => one === 429).length > 10;
    };
    expect(await isLimited()).toBe(false);
    await replaceFile(old.conf, 'rate_limiting.yaml', limit('2'));
    await until(isLimited, (limited) => limited);
    const from = old.lines.length;
    await replaceFile(old.conf, 'rate_limiting.yaml', limit('plenty'));
    expect((await old.says('rate_limiting.yaml:', from)).message).toMatch(
      /rate_limiting\.yaml:7: .*expected a number, got "plenty"/,
    );
    expect(await isLimited()).toBe(true);
    await replaceFile(old.conf, 'rate_limiting.yaml', limit('100000'));
    await until(isLimited, (limited) => !limited);
  });
});
