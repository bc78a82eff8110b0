import { Returns, Schema, type Disposer } from '@ts-chassis/core';
import { controlPanel, type ControlPanel, type PanelPolicies } from '@ts-chassis/governance';
import { afterEach, describe, expect, it } from 'vitest';
import { Limited } from '../limiter/limited.fixture.js';

@Schema({ id: 'plain' })
class Plain {
  @Returns(String) find(): Promise<string> {
    return Promise.resolve('found');
  }
}

/** A panel as somebody else would write it: it needs nothing but what the package exports. */
class MeshPanel implements ControlPanel {
  #tell: (next: PanelPolicies | Error) => void = () => undefined;

  constructor(
    readonly settings: Readonly<Record<string, unknown>>,
    private readonly policies: PanelPolicies,
  ) {}

  load(): Promise<PanelPolicies> {
    return Promise.resolve(this.policies);
  }

  watch(listener: (next: PanelPolicies | Error) => void): Disposer {
    this.#tell = listener;
    return () => (this.#tell = () => undefined);
  }

  push(next: PanelPolicies | Error): void {
    this.#tell(next);
  }
}

let running: Limited | undefined;

afterEach(async () => {
  await running?.app.stop();
  running = undefined;
});

async function started(values: Readonly<Record<string, unknown>>): Promise<{ limited: Limited; panels: MeshPanel[] }> {
  const panels: MeshPanel[] = [];
  const mesh = controlPanel('mesh', (settings) => {
    const panel = new MeshPanel(settings, { rateLimit: { provider: { rate: 2, burst: 2 } } });
    panels.push(panel);
    return panel;
  });
  const limited = await Limited.start(Plain, { values, plugins: [mesh] });
  running = limited;
  return { limited, panels };
}

describe('a control panel of a plug-in', () => {
  it('supplies policies when control.infra names it, and is given control.settings', async () => {
    const { limited, panels } = await started({ 'control.infra': 'mesh', 'control.settings.address': 'mesh:15010' });
    expect(panels.map(({ settings }) => settings)).toEqual([{ address: 'mesh:15010' }]);
    expect(await limited.passing(5, 'find')).toBe(2);
    expect(limited.app.config.origin('servicecomb.governance.rateLimit.provider.rate')).toEqual({
      source: 'control panel mesh',
      place: 'control panel mesh',
    });
  });

  it('wins over what the configuration says, and changes policies while the application runs', async () => {
    const values = { 'control.infra': 'mesh', 'servicecomb.governance.rateLimit.provider.rate': 100 };
    const { limited, panels } = await started(values);
    expect(await limited.passing(5, 'find')).toBe(2);
    panels[0]!.push({ 'rateLimit.provider.rate': 4, 'rateLimit.provider.burst': 4 });
    await limited.clock.advance(1000);
    expect(await limited.passing(9, 'find')).toBe(4);
    panels[0]!.push({});
    await limited.clock.advance(1000);
    expect(await limited.passing(9, 'find')).toBe(9);
  });

  it('that pushes what cannot be right, or fails, leaves the last good policies', async () => {
    const { limited, panels } = await started({ 'control.infra': 'mesh' });
    panels[0]!.push({ 'rateLimit.provider.rate': 'many' });
    panels[0]!.push(new Error('lost'));
    expect(await limited.passing(5, 'find')).toBe(2);
  });

  it('is not even made when control.infra names another', async () => {
    const { limited, panels } = await started({ 'control.infra': 'archaius' });
    expect(panels).toEqual([]);
    expect(await limited.passing(5, 'find')).toBe(5);
  });

  it('that nobody brings refuses the start, with what was meant', async () => {
    await expect(started({ 'control.infra': 'mash' })).rejects.toThrow(
      'control.infra names "mash", which no listed plug-in brings; did you mean "mesh"?',
    );
  });
});
