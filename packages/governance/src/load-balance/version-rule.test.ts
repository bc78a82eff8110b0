import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { balancingIn, counts, marking, type Balancing } from './balancing.fixture.js';
import { instanceOf } from './picking.fixture.js';
import { versionRule } from './version-rule.js';

type Numbers = readonly number[];

const numbers = fc.array(fc.nat(3), { minLength: 1, maxLength: 4 });
const list = fc.array(numbers, { maxLength: 12 });
const text = (version: Numbers): string => version.join('.');
/** A version as one number, in the order of versions. */
const weigh = (version: Numbers): number => [0, 1, 2, 3].reduce((sum, place) => sum * 1000 + (version[place] ?? 0), 0);

function matching(rule: string, versions: readonly Numbers[]): readonly string[] {
  const instances = versions.map((version, index) => instanceOf(`i${index}`, { version: text(version) }));
  return versionRule(rule)!
    .filter(instances)
    .map(({ id }) => id);
}

function expected(versions: readonly Numbers[], fits: (weight: number) => boolean): readonly string[] {
  return versions.flatMap((version, index) => (fits(weigh(version)) ? [`i${index}`] : []));
}

describe('a rule of versions', () => {
  it('leaves those that its numbers say, in their order', () => {
    fc.assert(
      fc.property(list, numbers, numbers, (versions, from, to) => {
        const [low, high] = [weigh(from), weigh(to)];
        const highest = Math.max(...versions.map(weigh));
        expect(matching('latest', versions)).toEqual(expected(versions, (weight) => weight === highest));
        expect(matching(text(from), versions)).toEqual(expected(versions, (weight) => weight === low));
        expect(matching(`${text(from)}+`, versions)).toEqual(expected(versions, (weight) => weight >= low));
        expect(matching(`${text(from)}-${text(to)}`, versions)).toEqual(
          expected(versions, (weight) => weight >= low && weight < high),
        );
      }),
    );
  });

  it('is none without a text', () => {
    expect(versionRule('')).toBeUndefined();
    expect(versionRule('  ')).toBeUndefined();
    expect(versionRule(' LATEST ')?.filter([])).toEqual([]);
  });
});

describe('calls under a rule of versions', () => {
  const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
  const KEY = 'servicecomb.governance.loadBalance.versionRule';
  let made: Balancing;
  afterEach(() => made?.stop());

  async function calling(values: object, options: object = {}): Promise<Readonly<Record<string, number>>> {
    made = await balancing({ values: { ...values }, plugins: [marking] });
    for (const version of ['1.0.0', '1.5.0', '2.0.0']) await made.add(`v${version}`, { version });
    return counts((await made.calling(6, options)).to);
  }

  it.each([
    ['', { 'v1.0.0': 2, 'v1.5.0': 2, 'v2.0.0': 2 }],
    ['latest', { 'v2.0.0': 6 }],
    ['1.0.0', { 'v1.0.0': 6 }],
    ['1.5+', { 'v1.5.0': 3, 'v2.0.0': 3 }],
    ['1.0.0-2.0.0', { 'v1.0.0': 3, 'v1.5.0': 3 }],
    ['3.0.0+', {}],
  ])('%s go to %o', async (rule, to) => {
    expect(await calling({ [KEY]: rule })).toEqual(to);
  });

  it('that leaves nobody are told why', async () => {
    await calling({ [KEY]: '3.0.0+' });
    await expect(made.call()).rejects.toThrow(/none of 3 instances has .* and a version of "3\.0\.0\+"$/);
  });

  it.each([
    ['servicecomb.references.version-rule', {}],
    ['servicecomb.references.catalog.version-rule', {}],
    ['servicecomb.governance.loadBalance.services.catalog.versionRule', { [KEY]: 'latest' }],
  ])('that %s says, as Java chassis is told', async (key, values) => {
    expect(await calling({ ...values, [key]: '1.0.0-2.0.0' })).toEqual({ 'v1.0.0': 3, 'v1.5.0': 3 });
  });

  it('go to the latest of those it leaves, where a tag says latest', async () => {
    const latest = { headers: { 'x-tags': '{"version":"latest"}' } };
    expect(await calling({ [KEY]: '1.0.0-2.0.0' }, latest)).toEqual({ 'v1.5.0': 6 });
  });

  it('and not to the latest alone because no other rule is for them', async () => {
    expect(await calling({ [KEY]: '1.0.0+', 'servicecomb.router.latest': 'always' })).toEqual({
      ...{ 'v1.0.0': 2, 'v1.5.0': 2, 'v2.0.0': 2 },
    });
    await made.stop();
    expect(await calling({ 'servicecomb.router.latest': 'always' })).toEqual({ 'v2.0.0': 6 });
  });

  it('never leave it, not even when nobody else can be reached', async () => {
    made = await balancing({ values: { [KEY]: '1.0.0', 'servicecomb.governance.loadBalance.filters': 'zoneaware' } });
    await made.add('old', { version: '1.0.0' });
    await made.add('new', { version: '2.0.0' });
    made.kill('old');
    const { to, failed } = await made.calling(4);
    expect([to, failed]).toEqual([[], 4]);
  });

  it('follow it live, and the instances that come and go', async () => {
    expect(await calling({ [KEY]: 'latest' })).toEqual({ 'v2.0.0': 6 });
    await made.add('v3.0.0', { version: '3.0.0' });
    expect(counts((await made.calling(4)).to)).toEqual({ 'v3.0.0': 4 });
    made.set(KEY, '1.0.0');
    expect(counts((await made.calling(4)).to)).toEqual({ 'v1.0.0': 4 });
    expect(() => made.set(KEY, 'newest')).toThrow(/versionRule/);
    expect(counts((await made.calling(4)).to)).toEqual({ 'v1.0.0': 4 });
  });
});
