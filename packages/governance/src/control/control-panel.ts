import { port, type ConfigSource, type Disposer, type Layer, type Plugin } from '@ts-chassis/core';
import { GOVERNANCE_ROOT } from '../policy/define-policy.js';
import { ControlSection } from './control-section.js';

/**
 * Policies as a control panel supplies them: a tree, or dotted keys, below `servicecomb.governance`.
 *
 * @example
 * ```ts
 * const policies: PanelPolicies = { 'rateLimit.provider.rate': 500, timeout: { consumer: { services: { catalog: { ms: 800 } } } } };
 * ```
 */
export type PanelPolicies = Readonly<Record<string, unknown>>;

/**
 * Supplies policies from somewhere else than the configuration, and pushes them when they change.
 *
 * @example
 * ```ts
 * const fixed: ControlPanel = { load: async () => ({ 'timeout.ms': 800 }) };
 * ```
 */
export interface ControlPanel {
  /** All policies as they are now. What it throws is logged, and it is asked again. */
  load(): Promise<PanelPolicies>;
  /** Calls back with all policies after each change, or with what kept the panel from them: the last ones stay then. */
  watch?(listener: (next: PanelPolicies | Error) => void): Disposer;
}

/**
 * Makes the panel that `control.infra` names.
 *
 * @example
 * ```ts
 * const mesh: ControlPanelFactory = ({ address }) => new MeshPanel(String(address));
 * ```
 */
export type ControlPanelFactory = (
  /** `control.settings`. */
  settings: Readonly<Record<string, unknown>>,
) => ControlPanel;

/**
 * Where control panels are known by name; {@link controlPanel} puts one there.
 *
 * @example
 * ```ts
 * const names = [...services.extensions(ControlPanelPort).keys()];
 * ```
 */
export const ControlPanelPort = port<ControlPanelFactory>('control panel');

/**
 * A plug-in that brings a control panel. Where `control.infra` names it, what it supplies is a source of configuration like any other remote one
 * (priority 0: before memory, variables and files): checked in the same way, refused by section, live, and told by `explain`.
 *
 * @param name - for `control.infra`
 * @param make - called once, and only when the panel is chosen
 *
 * @example
 * ```ts
 * createApplication({ plugins: [governance(), controlPanel('mesh', ({ address }) => new MeshPanel(String(address)))] });
 * ```
 */
export function controlPanel(name: string, make: ControlPanelFactory): Plugin {
  return {
    name: `control-panel-${name}`,
    needs: ['governance'],
    install(host) {
      host.extend(ControlPanelPort, name, () => make);
      host.configSource((local) => {
        const { infra, settings = {} } = local.section(ControlSection);
        return infra === name ? new PanelSource(name, make(settings)) : undefined;
      });
    },
  };
}

class PanelSource implements ConfigSource {
  readonly name: string;
  readonly priority = 0;
  readonly remote = true;

  constructor(
    private readonly panel: string,
    private readonly control: ControlPanel,
  ) {
    this.name = `control panel ${panel}`;
  }

  async load(): Promise<Layer> {
    return this.#layer(await this.control.load());
  }

  watch(listener: (next: Layer | Error) => void): Disposer {
    const stop = this.control.watch?.((next) => listener(next instanceof Error ? next : this.#layer(next)));
    return () => stop?.();
  }

  #layer(policies: PanelPolicies): Layer {
    return { values: { [GOVERNANCE_ROOT]: policies }, place: () => `control panel ${this.panel}` };
  }
}
