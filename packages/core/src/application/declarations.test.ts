import { describe, expect, it } from 'vitest';
import { Declarations } from './declarations.js';
import type { Plugin, PluginHost } from './plugin.js';
import { port } from './port.js';

function plugin(
  name: string,
  install: (host: PluginHost) => void = () => undefined,
  needs: readonly string[] = [],
): Plugin {
  return { name, install, needs };
}

const transport = (protocol: string) => (host: PluginHost) => host.clientTransport(protocol, () => null as never);

describe('Declarations', () => {
  it('refuses two plug-ins that bring one name, and names both', () => {
    const plugins = [plugin('one', transport('talk')), plugin('two', transport('talk'))];
    expect(() => new Declarations().install(plugins)).toThrow(
      'two plug-ins bring the client transport "talk": one and two',
    );
  });

  it('refuses a plug-in listed twice', () => {
    expect(() => new Declarations().install([plugin('one'), plugin('one')])).toThrow(
      'the plug-in "one" is listed twice',
    );
  });

  it('refuses a plug-in whose need is not listed, and proposes the nearest', () => {
    const plugins = [plugin('metrics', undefined, ['tracing']), plugin('tracin')];
    expect(() => new Declarations().install(plugins)).toThrow(
      'needs "tracing", which is not listed; did you mean "tracin"?',
    );
  });

  it('keeps ports apart by identity and extensions by name', () => {
    const strategies = port<string>('strategy');
    const filters = port<string>('strategy');
    const declarations = new Declarations();
    declarations.install([plugin('one', (host) => host.extend(strategies, 'random', () => 'r'))]);
    expect([...declarations.extensions(strategies).keys()]).toEqual(['random']);
    expect(declarations.extensions(filters).size).toBe(0);
    const again = plugin('two', (host) => {
      host.extend(strategies, 'random', () => 'a');
      host.extend(strategies, 'random', () => 'b');
    });
    expect(() => new Declarations().install([again])).toThrow('two plug-ins bring the strategy "random"');
  });
});
