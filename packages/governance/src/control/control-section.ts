import { defineSection } from '@ts-chassis/core';

/** Who supplies policies beside the configuration. */
export interface ControlValues {
  readonly infra: string;
  /** For the panel; go-chassis knows `address`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The panel that is the configuration itself, as go-chassis calls it. */
export const CONFIGURATION_PANEL = 'archaius';

/** The section of {@link ControlValues}: `control`. */
export const ControlSection = defineSection<ControlValues>({
  key: 'control',
  live: false,
  description: 'Who supplies policies beside the configuration.',
  schema: {
    type: 'object',
    properties: {
      infra: {
        type: 'string',
        default: CONFIGURATION_PANEL,
        description:
          'The control panel by name: `archaius` for the configuration alone, else one that a plug-in brings.',
      },
      settings: {
        type: 'object',
        additionalProperties: true,
        description: 'What the panel is given, such as `address`.',
      },
    },
  },
});
