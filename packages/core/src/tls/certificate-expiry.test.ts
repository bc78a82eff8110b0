import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { Meter, silentMeter, type Instrument, type InstrumentOptions, type MeterLabels } from '../telemetry/meter.js';
import { TlsBench } from './tls.fixture.js';

const DAY_MS = 86_400_000;

class Gauges extends Meter {
  readonly values = new Map<string, number>();
  counter = (options: InstrumentOptions): Instrument => silentMeter.counter(options);
  histogram = (options: InstrumentOptions): Instrument => silentMeter.histogram(options);

  gauge({ name }: InstrumentOptions): ReturnType<Meter['gauge']> {
    return {
      bind: (labels: MeterLabels = {}) => ({
        record: (value) => void this.values.set(`${name} ${labels['key']}`, value),
        add: () => undefined,
      }),
    };
  }
}

let bench: TlsBench;
beforeEach(async () => {
  bench = await TlsBench.make();
});
afterEach(() => bench.close());

const told = (): readonly unknown[] => bench.lines.map(({ level, message, days }) => [level, message, days]);

describe('the end of certificates', () => {
  it('is warned of a month, a week and a day before, and told when it is there', async () => {
    const clock = new VirtualClock(new Date().getTime());
    const pair = bench.folder.pair('catalog', await bench.authority.issue({ name: 'catalog', untilDay: 40 }));
    const tls = await bench.tls(pair, { clock });
    await tls.server('rest');
    expect(told()).toEqual([]);
    const soon = (days: number): unknown => ['warn', 'a certificate expires soon', days];
    await clock.advance(9 * DAY_MS);
    expect(told()).toEqual([]);
    await clock.advance(2 * DAY_MS);
    expect(told()).toEqual([soon(30)]);
    await clock.advance(22 * DAY_MS);
    expect(told()).toEqual([soon(30), soon(7)]);
    await clock.advance(6 * DAY_MS);
    expect(told()).toEqual([soon(30), soon(7), soon(1)]);
    await clock.advance(2 * DAY_MS);
    expect(told().slice(3)).toEqual([['error', 'a certificate has expired: others refuse it', undefined]]);
    expect(bench.lines[0]).toMatchObject({ key: 'ssl.certFile', file: pair.certFile });
    await clock.advance(90 * DAY_MS);
    expect(told()).toHaveLength(4);
  });

  it('is no reason to refuse the start, when it was there before', async () => {
    const pair = bench.folder.pair('catalog', await bench.authority.issue({ name: 'catalog', untilDay: -0.5 }));
    expect(await (await bench.tls(pair)).server('rest')).toBeDefined();
    expect(told()).toEqual([['error', 'a certificate has expired: others refuse it', undefined]]);
  });

  it('is shown as a gauge, of chains by their first end, of authorities by their last', async () => {
    const meter = new Gauges();
    const middle = await bench.authority.intermediate('middle');
    const { certificate, key } = await middle.issue({ name: 'catalog', untilDay: 20 });
    const pair = bench.folder.pair('catalog', await middle.issue({ name: 'catalog', untilDay: 20 }));
    bench.folder.write('catalog.crt', certificate + middle.certificate);
    bench.folder.write('catalog.key', key);
    const caFile = bench.folder.write('ca.crt', bench.authority.certificate);
    const tls = await bench.tls({ 'rest.Provider': { ...pair, caFile, verifyPeer: true } }, { meter });
    await tls.server('rest');
    const inDays = (name: string): number =>
      Math.round(
        (meter.values.get(`chassis_tls_certificate_expiry_timestamp_seconds ssl.rest.Provider.${name}`)! * 1000 -
          new Date().getTime()) /
          DAY_MS,
      );
    expect([inDays('certFile'), inDays('caFile')]).toEqual([20, 365]);
    const renewed = await bench.authority.issue({ name: 'catalog', untilDay: 80 });
    bench.folder.write('catalog.crt', renewed.certificate);
    bench.folder.write('catalog.key', renewed.key);
    await bench.logged('new connections use them');
    expect(inDays('certFile')).toBe(80);
  });
});
