import {
  ChassisError,
  read,
  readSchema,
  type AnyClass,
  type Operation,
  type SchemaInfo,
  type Services,
} from '@ts-chassis/core';
import { MatchCompiler } from '../match/match-rules.js';
import { MatchSection } from '../match/match-section.js';
import { Routes } from '../route/install.js';
import { DescribedSubject } from './described-subject.js';
import { explainPolicies } from './explain-policies.js';
import { explainRoute } from './explain-route.js';
import type { ExplainedMatch, GovernanceExplanation } from './explanation.js';
import type { GovernanceCall } from './governance-call.js';

/** Stands for the service where policies of methods are configured. */
const LOCAL = 'local';

/**
 * Tells what governs a call, by the configuration in force: which rules of traffic marking describe it and which of them wins, where it is routed, and
 * which policies hold, each field with the place that says it. Injectable. Asking changes nothing and calls nobody.
 *
 * @example
 * ```ts
 * class Support {
 *   constructor(private readonly governance: Governance) {}
 *   why(isbn: string) {
 *     return this.governance.explain({ side: 'provider', schema: 'catalog', operation: 'find', path: `/books/${isbn}` });
 *   }
 * }
 * ```
 */
export class Governance {
  constructor(private readonly services: Services) {}

  /**
   * Explains a described call.
   *
   * @throws ChassisError `NOT_FOUND` for a schema or an operation that nobody knows here
   */
  async explain(asked: GovernanceCall): Promise<GovernanceExplanation> {
    const { services } = this;
    const operation = await this.#operation(asked);
    // what goes out is called by us
    const call = asked.side === 'consumer' ? { caller: services.identity.service, ...asked } : asked;
    const service = call.side === 'method' ? LOCAL : (call.service ?? services.identity.service);
    const described = call.side === 'method' ? undefined : new DescribedSubject(operation, call, call.mark);
    const { mark, matches } = described ? this.#marking(call, described) : { mark: call.mark, matches: [] };
    return {
      ...{ side: call.side, service, schema: operation.schema.id, operation: operation.id },
      ...(mark !== undefined && { mark }),
      matches,
      ...(call.side === 'consumer' && {
        route: explainRoute(services, {
          routes: services.get(Routes),
          service,
          subject: new DescribedSubject(operation, call, mark),
        }),
      }),
      policies: explainPolicies(services.config, { operation, service, side: call.side, mark }),
    };
  }

  /** As the marker does it: a mark that came with the call stands, but for rules that do not heed it. */
  #marking(
    { mark: told }: GovernanceCall,
    subject: DescribedSubject,
  ): { readonly mark: string | undefined; readonly matches: readonly ExplainedMatch[] } {
    const { config } = this.services;
    const compiler = this.services.get(MatchCompiler);
    const model = config.section(MatchSection);
    const rules = compiler.rules(model);
    const winner = told === undefined ? rules.find(subject) : rules.findOwn(subject);
    const matching = model.policies.filter((policy) => compiler.rules({ policies: [policy] }).find(subject));
    const matches = matching.map(({ name, order }): ExplainedMatch => {
      const key = `${MatchSection.key}.${name}`;
      const place = config.origin(key)?.place ?? config.origin(`${key}.matches`)?.place;
      return { rule: name, key, ...(place !== undefined && { place }), order, wins: name === winner?.name };
    });
    return { mark: winner?.name ?? told, matches };
  }

  async #operation(call: GovernanceCall): Promise<Operation> {
    const { contract, operation: name } = call;
    if (call.side === 'method') {
      if (!contract)
        throw new ChassisError('INVALID_ARGUMENT', 'a call of side "method" is described with its class as `contract`');
      return methodOf(contract, name);
    }
    const schema = contract ? await this.#schemaOf(contract, call) : await this.#schema(call);
    const found = schema.operations.find((one) => one.name === name || one.member === name);
    if (found) return found;
    const known = schema.operations.map((one) => one.name).join(', ');
    throw new ChassisError('NOT_FOUND', `the schema "${schema.id}" has no operation "${name}"; it has ${known}`);
  }

  /** What comes in is governed by what stands on the provider, also when it is described by the contract. */
  async #schemaOf(contract: AnyClass, { side }: GovernanceCall): Promise<SchemaInfo> {
    const schema = readSchema(contract);
    if (side !== 'provider') return schema;
    return (await this.services.contract(this.services.identity.service, schema.id)) ?? schema;
  }

  async #schema({ schema, service }: GovernanceCall): Promise<SchemaInfo> {
    const { identity } = this.services;
    if (schema === undefined)
      throw new ChassisError('INVALID_ARGUMENT', 'a call is described with `contract` or `schema`');
    const owner = service ?? identity.service;
    const found = await this.services.contract(owner, schema);
    if (!found) throw new ChassisError('NOT_FOUND', `no contract "${schema}" of the service "${owner}" is known`);
    return found;
  }
}

/** A method of an injectable as its chain knows it: the class stands for the schema. */
function methodOf(type: AnyClass, member: string): Operation {
  const schema: SchemaInfo = { id: type.name, path: '', type, operations: [], read: (key) => read(type, key) };
  return {
    id: `${type.name}.${member}`,
    ...{ schema, name: member, member, parameters: [], result: { stream: false } },
    read: (key) => read(type, key, member),
  };
}
