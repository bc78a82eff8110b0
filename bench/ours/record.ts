/** Prints, as JSON, the nanoseconds that recording one duration costs: in a histogram of ours and in one of prom-client, with the same buckets. */
import { createApplication, Meter } from '@ts-chassis/core';
import { prometheus, Registry } from '@ts-chassis/metrics';
import { Histogram } from 'prom-client';

const runs = 200_000;
const batches = 15;
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const labels = { method: 'GET', route: '/users/{id}', status: '200' };
const labelNames = Object.keys(labels);

function nanosecondsPerRun(record: (seconds: number) => void): number {
  const begun = process.hrtime.bigint();
  for (let run = 0; run < runs; run += 1) record((run & 63) / 10_000);
  return Number(process.hrtime.bigint() - begun) / runs;
}

function median(values: number[]): number {
  return values.sort((left, right) => left - right)[values.length >> 1] as number;
}

async function main(): Promise<void> {
  const app = createApplication({
    plugins: [prometheus()],
    configuration: {
      directory: false,
      values: { 'servicecomb.registry.type': 'static', 'servicecomb.log.level': 'error' },
    },
  });
  await app.prepare();
  const ours = app.get(Meter).histogram({ name: 'ours', help: 'x', labels: labelNames, buckets }).bind(labels);
  const theirs = new Histogram({ name: 'theirs', help: 'x', labelNames, buckets, registers: [app.get(Registry)] });
  const costs = { ours: [] as number[], promClient: [] as number[] };
  for (let batch = 0; batch < batches; batch += 1) {
    costs.ours.push(nanosecondsPerRun((seconds) => ours.record(seconds)));
    costs.promClient.push(nanosecondsPerRun((seconds) => theirs.observe(labels, seconds)));
  }
  console.log(JSON.stringify({ ours: median(costs.ours), promClient: median(costs.promClient) }));
  await app.stop();
}

void main();
