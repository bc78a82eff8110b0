import type { Operation, Parameter } from '@ts-chassis/core';

/** Parameters that travel as metadata: headers by their names, cookies in `cookie`. */
export function metadataParameters({ parameters }: Operation): readonly Parameter[] {
  return parameters.filter(({ place }) => place === 'header' || place === 'cookie');
}
