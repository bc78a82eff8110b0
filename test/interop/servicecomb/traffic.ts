import type { ChassisPeer } from '../../../scripts/servers/servers.mjs';
import type { TsService } from './service.js';

/** Calls without an end, until they are counted. */
export class Traffic {
  #going = true;
  readonly #failed: string[] = [];
  readonly #loops: Promise<void>[] = [];
  #calls = 0;

  /** One of ours calls a service every ten milliseconds or so. */
  ts(consumer: TsService, service: string): void {
    this.#loop(`TypeScript to ${service}`, async () => {
      const answer = await consumer.rest.fetch(`http://${service}/who`);
      await answer.arrayBuffer();
      return answer.status;
    });
  }

  /** go-chassis's consumer calls a service. */
  go(consumer: ChassisPeer, service: string): void {
    this.#loop(`Go to ${service}`, async () => {
      const outcomes = await consumer.call({ service, path: '/who', times: 10, everyMs: 10 });
      this.#calls += outcomes.length - 1;
      const failed = outcomes.find(({ status }) => status !== 200);
      return failed ? (failed.error ?? failed.status) : 200;
    });
  }

  #loop(who: string, once: () => Promise<number | string>): void {
    const run = async (): Promise<void> => {
      while (this.#going) {
        const outcome = await once().catch(String);
        this.#calls += 1;
        if (outcome !== 200) this.#failed.push(`${who}: ${outcome}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    this.#loops.push(run());
  }

  /** Ends them. */
  async stop(): Promise<{ readonly calls: number; readonly failed: readonly string[] }> {
    this.#going = false;
    await Promise.all(this.#loops);
    return { calls: this.#calls, failed: this.#failed };
  }
}
