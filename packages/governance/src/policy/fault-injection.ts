import { duration, type JsonSchema } from '@ts-chassis/core';
import { missingField } from './check-faults.js';
import { definePolicy } from './define-policy.js';
import type { FaultInjectionFields } from './fault-fields.js';

const PERCENT: JsonSchema = { type: 'number', minimum: 0, maximum: 100 };

const ABORT: JsonSchema = {
  type: 'object',
  description: 'Ends calls with a failure.',
  properties: {
    percent: { ...PERCENT, description: 'How many of a hundred calls are ended.' },
    httpStatus: { type: 'integer', minimum: 200, maximum: 599, description: 'The status they are ended with.' },
    grpcCode: {
      type: 'integer',
      minimum: 1,
      maximum: 16,
      description: 'The same as a gRPC code; wins over httpStatus.',
    },
    returnNull: { type: 'boolean', description: 'Ends them with an empty result instead.' },
  },
};

const DELAY: JsonSchema = {
  type: 'object',
  description: 'Holds calls up.',
  properties: {
    percent: { ...PERCENT, description: 'How many of a hundred calls are held up.' },
    fixedDelayMs: { ...duration({ description: 'For how long.' }), minimum: 1 },
  },
};

/**
 * The kind of policy that injects faults. A percentage without a duration or a status is refused where it is written: nothing is left to find
 * out by the calls.
 */
export const FaultInjectionPolicy = definePolicy<FaultInjectionFields>({
  name: 'faultInjection',
  decorator: 'FaultInjection',
  description: 'Faults injected on purpose: delays, and ends with a failure.',
  fields: {
    enabled: { type: 'boolean', description: 'False injects nothing, whatever else is said.' },
    abort: ABORT,
    delay: DELAY,
    protocols: {
      type: 'object',
      description: 'What is injected into calls over one protocol only, by its name.',
      additionalProperties: { type: 'object', properties: { abort: ABORT, delay: DELAY } },
    },
  },
  defaults: { enabled: true, abort: {}, delay: {}, protocols: {} },
  handlers: { provider: 'fault-inject', consumer: 'fault-inject', method: 'fault-inject' },
  check: missingField,
  aliases: goChassisAliases(),
});

/**
 * `cse.governance.Consumer.{service|_global}[.schemas.{schema}[.operations.{operation}]].policy.fault.protocols.{protocol}...`, where the first
 * level that says a field counts, as with ours.
 */
function goChassisAliases(): Readonly<Record<string, string>> {
  const aliases: Record<string, string> = {};
  const levels = [
    ['_global', ''],
    ['*', 'services.*.'],
    ['*.schemas.*', 'services.*.schemas.*.'],
    ['*.schemas.*.operations.*', 'services.*.schemas.*.operations.*.'],
  ];
  for (const prefix of ['cse', 'servicecomb']) {
    for (const [from, to] of levels) {
      const protocols = `${prefix}.governance.Consumer.${from}.policy.fault.protocols`;
      aliases[protocols] = `consumer.${to}protocols`;
      aliases[`${protocols}.*.delay.fixedDelay`] = `consumer.${to}protocols.*.delay.fixedDelayMs`;
    }
  }
  return aliases;
}
