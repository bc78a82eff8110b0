import { describe, expect, it } from 'vitest';
import { builtInRegistries } from './built-in-registries.js';
import { chooseRegistry, type RegistryChoice, type RegistrySettings } from './choose-registry.js';
import type { RegistryFactories } from './factories.js';

const role = { type: '', address: [] };

function settings(change: Partial<RegistrySettings> = {}): RegistrySettings {
  return {
    disabled: false,
    register: 'auto',
    type: '',
    address: [],
    discovery: { ...role, disabled: false },
    registrator: role,
    contractDiscovery: role,
    ...change,
  };
}

/** As when a plug-in brings a registry of that name. */
function withPlugin(type: string): RegistryFactories {
  const make = (): never => {
    throw new Error('not made here');
  };
  return {
    registrars: new Map([...builtInRegistries.registrars, [type, make]]),
    discoveries: new Map([...builtInRegistries.discoveries, [type, make]]),
    contractStores: builtInRegistries.contractStores,
  };
}

const types = (choice: RegistryChoice): (string | undefined)[] => [
  choice.registrar?.type,
  choice.discovery?.type,
  choice.contractStore?.type,
];

describe('chooseRegistry', () => {
  it('takes local when nothing is said', () => {
    const choice = chooseRegistry(settings(), builtInRegistries);
    expect(types(choice)).toEqual(['local', 'local', 'local']);
    expect(choice.registerAtStart).toBe(true);
    expect(choice.registrar?.make).toBe(builtInRegistries.registrars.get('local'));
  });

  it('follows the scheme of the address', () => {
    const file = chooseRegistry(settings({ address: ['file:///srv/registry'] }), builtInRegistries);
    expect(types(file)).toEqual(['local', 'local', 'local']);
    expect(file.discovery?.addresses).toEqual(['file:///srv/registry']);
    const center = withPlugin('servicecenter');
    for (const address of ['http://sc:30100', 'https://sc:30100']) {
      expect(types(chooseRegistry(settings({ address: [address] }), center))).toEqual([
        'servicecenter',
        'servicecenter',
        undefined,
      ]);
    }
  });

  it('lets the type win over the scheme', () => {
    const choice = chooseRegistry(settings({ type: 'house', address: ['http://house:1'] }), withPlugin('house'));
    expect(types(choice)).toEqual(['house', 'house', undefined]);
    expect(choice.discovery?.addresses).toEqual(['http://house:1']);
  });

  it('refuses addresses of several or unknown schemes, without showing passwords', () => {
    for (const address of [['http://a:1', 'file:///b'], ['ftp://u:hunter2@a:1'], ['a:1'], ['/srv']]) {
      const choose = (): unknown => chooseRegistry(settings({ address }), withPlugin('servicecenter'));
      expect(choose).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
      expect(choose).toThrowError(/servicecomb\.registry\.address: expected URLs of one scheme.*got/);
      expect(choose).not.toThrowError(/hunter2/);
    }
  });

  it('names the package of a registry whose plug-in is not listed', () => {
    const choose = (change: Partial<RegistrySettings>) => (): unknown =>
      chooseRegistry(settings(change), builtInRegistries);
    expect(choose({ address: ['http://sc:30100'] })).toThrowError(
      expect.objectContaining({
        code: 'PLUGIN_MISSING',
        message: expect.stringContaining('@ts-chassis/servicecomb') as string,
      }) as Error,
    );
    expect(choose({ type: 'kube' })).toThrowError(/servicecomb\.registry\.type: .*"kube".*@ts-chassis\/kubernetes/);
    expect(choose({ type: 'statik' })).toThrowError(/have dns, local, static; did you mean static\?/);
    expect(choose({ discovery: { ...role, disabled: false, type: 'eureka' } })).toThrowError(
      /registry\.discovery\.type: .*"eureka"/,
    );
  });

  it('chooses for one role', () => {
    const center = withPlugin('servicecenter');
    const choice = chooseRegistry(
      settings({
        address: ['http://sc:30100'],
        discovery: { disabled: false, type: 'dns', address: [] },
        contractDiscovery: { type: '', address: ['file:///srv/contracts'] },
      }),
      center,
    );
    expect(types(choice)).toEqual(['servicecenter', 'dns', 'local']);
    expect(choice.registrar?.addresses).toEqual(['http://sc:30100']);
    expect(choice.discovery?.addresses).toEqual([]);
    expect(choice.contractStore?.addresses).toEqual(['file:///srv/contracts']);
    const alone = settings({ registrator: { type: 'dns', address: [] } });
    expect(() => chooseRegistry(alone, center)).toThrowError(
      /registrator\.type: the registry dns does not have this role/,
    );
  });

  it('leaves out what a type does not have and what is disabled', () => {
    const dns = chooseRegistry(settings({ type: 'dns' }), builtInRegistries);
    expect(types(dns)).toEqual([undefined, 'dns', undefined]);
    expect(dns.registerAtStart).toBe(false);
    expect(types(chooseRegistry(settings({ disabled: true, type: 'none' }), builtInRegistries))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const deaf = chooseRegistry(settings({ discovery: { ...role, disabled: true } }), builtInRegistries);
    expect(types(deaf)).toEqual(['local', undefined, 'local']);
    expect(deaf.registerAtStart).toBe(true);
    const manual = chooseRegistry(settings({ register: 'manual' }), builtInRegistries);
    expect(types(manual)).toEqual(['local', 'local', 'local']);
    expect(manual.registerAtStart).toBe(false);
  });
});
