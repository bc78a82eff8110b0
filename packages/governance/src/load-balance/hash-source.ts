import type { Invocation, Operation } from '@ts-chassis/core';
import { cookieIn } from './strategies/session-cookie.js';

/** Finds in a call what it is hashed by; undefined when the call says nothing. */
export type HashSource = (invocation: Invocation) => string | undefined;

/** Reads `hashOn` once for an operation; undefined when there is nothing to hash by. */
export function hashSource(hashOn: string, operation: Operation): HashSource | undefined {
  const colon = hashOn.indexOf(':');
  const from = colon < 0 ? hashOn : hashOn.slice(0, colon);
  const name = hashOn.slice(colon + 1);
  switch (from) {
    case 'header':
      return ({ headers, parent }) => headers.get(name) ?? parent?.headers.get(name);
    case 'cookie':
      return ({ headers, parent }) =>
        cookieIn(headers.get('cookie'), name) ?? cookieIn(parent?.headers.get('cookie'), name);
    case 'context':
      return ({ context }) => context.get(name);
    case 'caller':
      return ({ parent, source }) => parent?.source.service ?? source.service;
    case 'argument':
      return argumentNamed(name, operation);
    default:
      return undefined;
  }
}

function argumentNamed(name: string, { parameters }: Operation): HashSource | undefined {
  const parameter = parameters.find((candidate) => candidate.name === name);
  if (!parameter) return undefined;
  return ({ args }) => {
    const value = args[parameter.index];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  };
}
