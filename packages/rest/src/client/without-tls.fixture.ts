import type { TlsMaterials } from '@ts-chassis/core';

/** For calls that are all plain. */
export const withoutTls: Pick<TlsMaterials, 'client'> = {
  client: (service) => Promise.reject(new Error(`TLS was not meant to be spoken with ${service}`)),
};
