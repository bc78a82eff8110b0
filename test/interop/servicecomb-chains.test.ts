import { expect } from 'vitest';
import { atEachRegistry } from './servicecomb/at-each-registry.js';
import { CHAINS, type CasesOf } from './servicecomb/matrix.js';
import { found, known, type Stage } from './servicecomb/stage.js';

const B3 = {
  'x-b3-traceid': '463ac35c9f6413ad48485a3953bb6124',
  'x-b3-spanid': 'a2fb4a1d1a96d312',
  'x-b3-sampled': '1',
};
const FORWARDED = ['user', ...Object.keys(B3)];

/** What a relay of go-chassis answers; it lists the values of a header. */
interface GoRelay {
  readonly caller: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly answered: TsEcho;
}

interface TsEcho {
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
}

const listed = (headers: Readonly<Record<string, string>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

const cases: CasesOf<typeof CHAINS, Stage> = {
  async 'go-ts-go'(stage) {
    await stage.go('provider');
    const middle = await stage.ts('TsMiddle', { values: { 'servicecomb.consumer.forwardHeaders': FORWARDED } });
    await found(middle, 'GoProvider');
    const go = await stage.go('consumer');
    await known(go, 'TsMiddle');
    const context = { user: 'peter', ...B3 };
    const [outcome] = await go.call({
      ...{ service: 'TsMiddle', path: '/relay?to=GoProvider&path=/echo/end', context },
    });
    const { answered, ...relayed } = JSON.parse(outcome!.body) as TsEcho & { readonly answered: GoRelay };
    expect(relayed).toMatchObject({ caller: 'GoConsumer', headers: context });
    expect(answered).toMatchObject({ caller: 'TsMiddle', headers: listed(context) });
  },

  async 'ts-go-ts'(stage) {
    await stage.ts('TsProvider');
    const go = await stage.go('chain');
    await known(go, 'TsProvider');
    const consumer = await stage.ts('TsConsumer');
    await found(consumer, 'GoChain');
    const headers = { user: 'peter', ...B3, 'x-cse-context': '{"tenant":"blue"}' };
    const answer = await consumer.rest.fetch('http://GoChain/relay', {
      ...{ headers, query: { to: 'TsProvider', path: '/echo/end' } },
    });
    const relayed = (await answer.json()) as GoRelay;
    expect(relayed).toMatchObject({ caller: 'TsConsumer', headers: listed({ user: 'peter', ...B3 }) });
    expect(JSON.parse(relayed.headers['x-cse-context']![0]!)).toEqual({
      ...{ tenant: 'blue', 'x-cse-src-microservice': 'TsConsumer' },
    });
    expect(relayed.answered).toMatchObject({ caller: 'GoChain', headers: { user: 'peter', ...B3 } });
    // go-chassis writes its own in the place of what came
    expect(JSON.parse(relayed.answered.headers['x-cse-context']!)).toEqual({ 'x-cse-src-microservice': 'GoChain' });
  },
};

atEachRegistry('chains of three', { rows: CHAINS, cases });
