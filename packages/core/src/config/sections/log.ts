import { defineSection } from '../section.js';

/**
 * What is logged and how: `servicecomb.log`.
 *
 * @example
 * ```ts
 * const level = config.liveSection(LogSection).value.level;
 * ```
 */
export interface LogValues {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `auto`: on a terminal in development. */
  readonly pretty: boolean | 'auto';
  readonly correlation: boolean;
}

/**
 * The section of {@link LogValues}; go-chassis's `logLevel` and `logFormatText` are understood.
 *
 * @example
 * ```ts
 * const { level } = config.section(LogSection);
 * ```
 */
export const LogSection = defineSection<LogValues>({
  key: 'servicecomb.log',
  live: true,
  description: 'What is logged, to standard output.',
  schema: {
    type: 'object',
    properties: {
      level: {
        'x-source': 'go-chassis, `logLevel`',
        enum: ['debug', 'info', 'warn', 'error'],
        'x-spellings': { warning: 'warn', fatal: 'error', trace: 'debug' },
        default: 'info',
        description: 'The least grave level that is written.',
      },
      pretty: {
        'x-source': 'go-chassis, `logFormatText`',
        enum: [true, false, 'auto'],
        default: 'auto',
        description: 'Lines for people in the place of JSON; `auto`: on a terminal outside production.',
      },
      correlation: {
        type: 'boolean',
        default: false,
        description: 'Add the ids of the present call to every line; needs ambient context.',
      },
    },
  },
  aliases: { logLevel: 'servicecomb.log.level', logFormatText: 'servicecomb.log.pretty' },
});
