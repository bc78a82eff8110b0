import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Consumer } from '../fixtures/governance/consumer.js';
import { tally } from '../fixtures/governance/outcomes.js';
import { Stage } from '../fixtures/governance/stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.create();
  await Promise.all([
    stage.worker('old', { version: '1.0', tags: { project: 'x' } }),
    stage.worker('older', { version: '1.0', tags: { project: 'y' } }),
    stage.worker('new', { version: '1.1', tags: { project: 'x' } }),
  ]);
});

afterEach(() => stage.release());
afterAll(() => stage.close());

const chassis = `
servicecomb:
  registry:
    disabled: false
  handler:
    chain:
      Consumer:
        default: router, loadbalance, transport
`;

/** The values of an answer's field over as many calls. */
async function answers(count: number, consumer: Consumer, headers: Readonly<Record<string, string>> = {}) {
  const all = await Promise.all(Array.from({ length: count }, () => consumer.ask('/one', { headers })));
  return { versions: tally(all.map(({ version }) => version)), instances: tally(all.map(({ instance }) => instance)) };
}

describe('route rules by go-chassis keys', () => {
  it('send the users of one operating system to the new version, and all others to the old one', async () => {
    const consumer = await stage.consumer({
      'chassis.yaml': chassis,
      'router.yaml': `
servicecomb:
  routeRule:
    work: |
      - precedence: 2
        route:
          - weight: 100
            tags:
              version: 1.1
        match:
          headers:
            Os:
              regex: ^(ios|iphone).*$
              caseInsensitive: "true"
      - precedence: 1
        route:
          - weight: 100
            tags:
              version: 1.0
`,
    });
    expect((await answers(20, consumer, { os: 'ios' })).versions).toEqual({ '1.1': 20 });
    expect((await answers(20, consumer, { OS: 'iPhone 12' })).versions).toEqual({ '1.1': 20 });
    expect((await answers(20, consumer, { Os: 'android' })).instances).toEqual({ old: 10, older: 10 });
    expect((await answers(20, consumer)).versions).toEqual({ '1.0': 20 });
  });

  it('share calls half and half between two versions of one project', async () => {
    const consumer = await stage.consumer({
      'chassis.yaml': chassis,
      'router.yaml': `
servicecomb:
  routeRule:
    work: |
      - precedence: 1
        route:
          - weight: 50
            tags:
              version: 1.0
              project: x
          - weight: 50
            tags:
              version: 1.1
              project: x
`,
    });
    expect((await answers(100, consumer)).instances).toEqual({ old: 50, new: 50 });
    const typed = await consumer.outcomes(10, (work) => work.two());
    expect(tally(typed.map(({ instance }) => instance))).toEqual({ old: 5, new: 5 });
  });

  it('route by the path as it was called, which a named rule matches', async () => {
    const consumer = await stage.consumer({
      'chassis.yaml': chassis,
      'governance.yaml': `
servicecomb:
  match:
    letters: |
      matches:
        - apiPath:
            regex: ^/work/show/[a-c]+$
          method: [GET]
    pictures: |
      matches:
        - apiPath:
            contains: .png
`,
      'router.yaml': `
servicecomb:
  routeRule:
    work: |
      - precedence: 3
        match:
          refer: letters
        route:
          - weight: 100
            tags: {version: 1.1}
      - precedence: 2
        match:
          refer: pictures
        route:
          - weight: 100
            tags: {version: 1.0, project: y}
      - precedence: 1
        route:
          - weight: 100
            tags: {version: 1.0, project: x}
`,
    });
    const asked = async (...paths: readonly string[]) => {
      const all = await Promise.all(paths.map((path) => consumer.ask(path)));
      return all.map(({ instance, operation }) => `${instance} ${operation}`);
    };
    expect(await asked('/show/abc', '/show/xyz', '/files/a/b/c.txt', '/files/a/b/c.png')).toEqual([
      'new show',
      'old show',
      'old file',
      'older file',
    ]);
    expect((await consumer.work.show('cab')).instance).toBe('new');
    expect((await consumer.work.file('x.png')).instance).toBe('older');
    expect((await consumer.fetch('/show/123')).status).toBe(404);
  });

  it('fail where the chosen subset has nobody, without ever reaching another one', async () => {
    const rule = (fallback: string): string =>
      `servicecomb:\n  routeRule:\n    work: |\n      - route: [{weight: 100, tags: {version: 9.9}}]\n${fallback}`;
    const strict = await stage.consumer({ 'chassis.yaml': chassis, 'router.yaml': rule('') });
    expect(tally((await strict.outcomes(5, (work) => work.one())).map(({ code }) => code))).toEqual({
      NO_INSTANCE: 5,
    });
    const lenient = await stage.consumer({ 'router.yaml': rule('        fallback: {version: 1.1}\n') });
    expect((await answers(5, lenient)).versions).toEqual({ '1.1': 5 });
  });
});
