import { connect } from 'node:net';
import type { Clock, Endpoint } from '@ts-chassis/core';

/** How long a listener has to answer. */
const LONGEST_MS = 1000;

/** Whether somebody answers at one of an instance's endpoints. Never rejects. */
export type Probe = (endpoints: readonly Endpoint[]) => Promise<boolean>;

/** Connects to each endpoint, and hangs up. */
export function tcpProbe(clock: Clock): Probe {
  return async (endpoints) => (await Promise.all(endpoints.map((endpoint) => answers(endpoint, clock)))).includes(true);
}

function answers({ host, port }: Endpoint, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isThere: boolean): void => {
      stop();
      socket.destroy();
      resolve(isThere);
    };
    const stop = clock.after(LONGEST_MS, () => end(false));
    socket.once('connect', () => end(true)).on('error', () => end(false));
  });
}
