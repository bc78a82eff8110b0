import type { ServiceIdentity } from '@ts-chassis/core';

/** The key of a limit in a store that several services share: instances of one service mean the same by it. */
export function placeOf({ app, environment, service }: ServiceIdentity, path: readonly string[]): string {
  return [environment, app, service, ...path].map(encodeURIComponent).join('/');
}
