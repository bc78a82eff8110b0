import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Callback = Parameters<LookupFunction>[2];

/** Node's own look-up, as it is called here. */
export type Resolve = (
  host: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void;

/**
 * A look-up of names that asks once for all who ask for the same at the same time. Each look-up has one of the few threads of the process
 * until the resolver answers, which may take longer than anybody waits for it: who asks again and again for a name is not to have them all.
 */
export function sharedLookup(resolve: Resolve = lookup): LookupFunction {
  const underWay = new Map<string, Callback[]>();
  return (host, options, callback) => {
    const { all = false, family = 0, hints = 0 } = options;
    const key = `${host} ${all} ${family} ${hints}`;
    const waiting = underWay.get(key);
    if (waiting) {
      waiting.push(callback);
      return;
    }
    const callbacks = [callback];
    underWay.set(key, callbacks);
    resolve(host, options, (error, address, addressFamily) => {
      underWay.delete(key);
      for (const tell of callbacks) tell(error, address, addressFamily);
    });
  };
}
