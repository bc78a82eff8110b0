import { nearestName, type PluginHost, type Services } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { ControlPanelPort } from './control-panel.js';
import { CONFIGURATION_PANEL, ControlSection } from './control-section.js';

/** Policies of a control panel. */
export function installControl(host: PluginHost): void {
  host.section(ControlSection);
  host.onStart('control panel', requirePanel);
}

/** Without its panel a service would run with other policies than it should. */
function requirePanel(services: Services): void {
  const { infra } = services.config.section(ControlSection);
  const known = [CONFIGURATION_PANEL, ...services.extensions(ControlPanelPort).keys()];
  if (known.includes(infra)) return;
  const meant = nearestName(infra, known);
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  throw governanceError(
    'CONTROL_PANEL_UNKNOWN',
    `control.infra names "${infra}", which no listed plug-in brings; ${hint}`,
  );
}
