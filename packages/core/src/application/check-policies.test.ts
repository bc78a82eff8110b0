import { describe, expect, it } from 'vitest';
import { policyKey, type PolicyKind, type PolicyMark } from '../chain/policy.js';
import type { Side } from '../chain/side.js';
import { annotate, type AnyClass } from '../metadata/annotate.js';
import { Implements } from '../schema/implements.js';
import { readSchema } from '../schema/read-schema.js';
import { remote } from '../schema/remote.js';
import { Returns } from '../schema/returns.js';
import { Schema } from '../schema/schema.js';
import { checkPolicies, unheeded } from './check-policies.js';

interface Tries {
  readonly attempts: number;
}

function kindOf(name: string, more: Pick<PolicyKind<Tries>, 'handlers' | 'home'>): PolicyKind<Tries> {
  const key = policyKey<Tries>(name, '@ts-chassis/governance');
  return { name, key, root: name, defaults: { attempts: 1 }, schema: { attempts: {} }, ...more };
}

const retry = kindOf('Retry', { handlers: { consumer: 'retry', method: 'retry' } });
const limit = kindOf('RateLimit', { handlers: { provider: 'limit', consumer: 'limit' }, home: ['provider'] });
const kinds = [retry, limit] as unknown as PolicyKind<object>[];

/** A provider of a contract, each with a mark where one is given. */
function provider(marks: {
  contract?: [PolicyKind<Tries>, Side?];
  method?: [PolicyKind<Tries>, Side?];
  type?: [PolicyKind<Tries>, Side?];
}): AnyClass {
  @Schema({ id: 'catalog' })
  class Catalog {
    @Returns(String)
    find(): Promise<string> {
      return remote();
    }
  }
  @Implements(Catalog)
  class CatalogService extends Catalog {
    override find(): Promise<string> {
      return Promise.resolve('book');
    }
  }
  const mark = (target: object, [kind, side]: [PolicyKind<Tries>, Side?], member?: string): void => {
    const value: PolicyMark<Tries> = { fields: {}, ...(side && { side }) };
    annotate(target, kind.key, { value, ...(member !== undefined && { member }) });
  };
  if (marks.contract) mark(Catalog.prototype, marks.contract, 'find');
  if (marks.method) mark(CatalogService.prototype, marks.method, 'find');
  if (marks.type) mark(CatalogService, marks.type);
  return CatalogService;
}

const check =
  (type: AnyClass, registered = kinds) =>
  (): void =>
    checkPolicies(readSchema(type), registered);

describe('checkPolicies', () => {
  it('refuses a decorator for consumers on a provider, which no consumer reads', () => {
    expect(check(provider({ method: [retry] }))).toThrow(
      'CatalogService.find: @Retry acts on consumers, which read the contract and not CatalogService; write it there',
    );
    expect(check(provider({ type: [retry] }))).toThrow('CatalogService: @Retry acts on consumers');
    expect(check(provider({ type: [limit, 'consumer'] }))).toThrow('CatalogService: @RateLimit acts on consumers');
  });

  it('takes one that acts on the provider, and what the contract says for consumers', () => {
    expect(check(provider({ contract: [retry], method: [limit], type: [limit, 'provider'] }))).not.toThrow();
  });

  it('refuses one whose package is not listed, wherever it stands', () => {
    for (const marks of [{ contract: [retry] }, { method: [retry] }, { type: [retry] }] as const) {
      expect(check(provider(marks as never), [])).toThrow(expect.objectContaining({ code: 'PLUGIN_MISSING' }));
    }
    expect(check(provider({ method: [limit] }), [])).toThrow(
      'CatalogService.find: @RateLimit needs the plug-in of @ts-chassis/governance, which is not listed in plugins',
    );
  });

  it('tells of one for consumers on a class that is served and is its own contract, unless it names its side', () => {
    @Schema({ id: 'films' })
    class Films {
      @Returns(String)
      find(): Promise<string> {
        return Promise.resolve('film');
      }
    }
    const mark = (side?: Side) => ({ value: { fields: {}, ...(side && { side }) }, member: 'find' });
    annotate(Films.prototype, limit.key, mark('consumer'));
    expect(unheeded(readSchema(Films), kinds)).toEqual([]);
    annotate(Films.prototype, retry.key, mark());
    expect(unheeded(readSchema(Films), kinds)).toEqual([
      'Films.find: @Retry acts on consumers only: nothing heeds it where Films is served',
    ]);
    expect(unheeded(readSchema(provider({ contract: [retry] })), kinds)).toEqual([]);
  });
});
