import { describe, expect, it } from 'vitest';
import {
  annotate,
  constructorOwner,
  constructorTypes,
  isAnnotated,
  lineage,
  membersWith,
  metadataKey,
  methodTypes,
  parameterNames,
  propertyType,
  read,
  readOwn,
  resultType,
} from './index.js';
import { callSite } from './call-site.js';

const Mark = metadataKey<string>('mark');
const Tags = metadataKey<readonly string[]>('tags', (inherited, own) => [...inherited, ...own]);

const mark =
  (value = 'marked') =>
  (target: object, member?: string | symbol): void =>
    annotate(target, Mark, member === undefined ? { value } : { value, member });

class Store {}
class Catalog {}

describe('annotate and read', () => {
  @mark('base')
  class Base {
    @mark('base method') run(): void {}
    @mark('only here') stop(): void {}
  }
  class Derived extends Base {
    @mark('own method') override run(): void {}
  }

  it('lets the nearest class win and inherits the rest', () => {
    expect(read(Derived, Mark)).toBe('base');
    expect(read(Derived, Mark, 'run')).toBe('own method');
    expect(read(Derived, Mark, 'stop')).toBe('only here');
    expect(read(Base, Mark, 'run')).toBe('base method');
  });

  it('never writes into the ancestor', () => {
    expect(readOwn(Derived, Mark)).toBeUndefined();
    expect(isAnnotated(Base)).toBe(true);
    expect(isAnnotated(Derived)).toBe(false);
  });

  it('joins what classes wrote when the key merges, ancestors first', () => {
    class Top {}
    class Bottom extends Top {}
    annotate(Top, Tags, { value: ['top'] });
    annotate(Bottom, Tags, { value: ['bottom'] });
    annotate(Bottom, Tags, { update: (own) => [...(own ?? []), 'again'] });
    expect(read(Bottom, Tags)).toEqual(['top', 'bottom', 'again']);
    expect(read(Top, Tags)).toEqual(['top']);
  });

  it('lists members with a key, ancestors first and once', () => {
    expect(membersWith(Derived, Mark)).toEqual(['run', 'stop']);
    expect(lineage(Derived)).toEqual([Base, Derived]);
  });

  it('leaves no enumerable trace on the class', () => {
    expect(Object.keys(Base)).toEqual([]);
  });
});

describe('design types', () => {
  @mark()
  class Base {
    @mark() readonly field!: Store;
    constructor(
      readonly store: Store,
      readonly name = 'x',
    ) {}
    @mark() find(_id: string): Store {
      return this.store;
    }
  }

  it('reads what the compiler emitted', () => {
    expect(constructorTypes(Base)?.[0]).toBe(Store);
    expect(methodTypes(Base, 'find')).toEqual([String]);
    expect(resultType(Base, 'find')).toBe(Store);
    expect(propertyType(Base, 'field')).toBe(Store);
  });

  it('takes the constructor of the ancestor when a class has none', () => {
    @mark()
    class Derived extends Base {}
    expect(constructorOwner(Derived)).toBe(Base);
    expect(constructorTypes(Derived)?.[0]).toBe(Store);
  });

  it('sees an undecorated constructor, with and without parameters', () => {
    class WithNone extends Base {
      constructor() {
        super(new Store());
      }
    }
    class WithOne extends Base {
      constructor(_catalog: Catalog) {
        super(new Store());
      }
    }
    expect(constructorOwner(WithNone)).toBe(WithNone);
    expect(constructorTypes(WithNone)).toBeUndefined();
    expect(constructorTypes(WithOne)).toBeUndefined();
  });

  it('is not fooled by a method or text that looks like a constructor', () => {
    class Derived extends Base {
      // constructor(fake)
      readonly text = 'constructor(fake)';
      readonly pattern = /[{(]constructor\(/;
      make(): unknown {
        return { constructor() {} };
      }
    }
    expect(constructorOwner(Derived)).toBe(Base);
  });
});

describe('parameterNames', () => {
  it('reads names past defaults, strings, patterns and rest', () => {
    class Odd {
      readonly before = '{ constructor(';
      constructor(_first: unknown, _second = ') , (', { a: _a }: { a?: number } = {}, ..._others: unknown[]) {}
    }
    expect(parameterNames(Odd)).toEqual([
      '_first',
      '_second',
      expect.stringMatching(/^\{ ?a: _a ?\} = \{\}$/),
      '_others',
    ]);
  });

  it('has none for a class without constructor', () => {
    expect(parameterNames(Store)).toEqual([]);
    expect(parameterNames(Map)).toEqual([]);
  });
});

describe('callSite', () => {
  function here(): string | undefined {
    return callSite(here).text;
  }

  it('names the file and line of the caller, relative to the working directory', () => {
    expect(here()).toMatch(/design-types\.test\.ts:\d+:\d+$/);
  });

  it('leaves the stack limit as it was', () => {
    const limit = Error.stackTraceLimit;
    here();
    expect(Error.stackTraceLimit).toBe(limit);
  });
});
