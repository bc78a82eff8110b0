import { firstSignal } from './first-signal.js';
import { Shop, type ShopAddresses } from './shop.js';

/** Runs the shop until Ctrl-C, on demand with a second catalog; resolves to the exit code. */
export async function run(given: readonly string[], canary: boolean): Promise<number> {
  const shop = new Shop({
    arguments: ['--servicecomb.log.pretty=true', ...given],
    canary,
    environment: process.stdout.isTTY ? {} : { NO_COLOR: '1' },
    line: (service, text) => console.log(`${service.padEnd(7)} | ${text}`),
  });
  const interrupted = firstSignal(() => shop.kill()).then(() => undefined);
  const failure = await Promise.race([interrupted, shop.ended(), untilFailure(shop)]);
  if (failure !== undefined) console.error(`shop: ${failure}; stopping the shop`);
  const unclean = await shop.stop();
  if (failure !== undefined) return 1;
  for (const end of unclean) console.error(`shop: ${end}`);
  if (unclean.length === 0) console.log(`stopped: ${canary ? 'all' : 'both'} services finished what they were doing`);
  return unclean.length === 0 ? 0 : 1;
}

/** Says that the shop is ready and goes on for ever, or resolves to why it is not. */
async function untilFailure(shop: Shop): Promise<string> {
  try {
    sayReady(await shop.ready());
  } catch (error) {
    return (error as Error).message;
  }
  return new Promise<never>(() => {});
}

function sayReady({ catalog, orders, canary }: ShopAddresses): void {
  const services = `catalog on ${catalog}, ${canary ? `catalog 1.1.0 on ${canary}, ` : ''}orders on ${orders}`;
  console.log(`ready: ${services}; Ctrl-C stops ${canary ? 'all' : 'both'}. Try:`);
  console.log(`curl '${catalog}/books?q=classic'`);
  console.log(
    `curl -X POST ${orders}/orders -H 'content-type: application/json' -d '{"isbn":"9780262033848","quantity":2}'`,
  );
  console.log(`curl '${orders}/orders?limit=5'`);
}
