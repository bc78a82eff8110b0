import { configDirectory } from '../config/config-directory.js';
import { createConfig, type ConfigStore } from '../config/create-config.js';
import type { Decryption } from '../config/decrypting.js';
import { ConsumerSection } from '../consumer/consumer-section.js';
import { CORE_SECTIONS } from '../config/sections/core-sections.js';
import type { ConfigSource } from '../config/source.js';
import { commandLineSource } from '../config/sources/command-line-source.js';
import { environmentSource } from '../config/sources/environment-source.js';
import { fileSource } from '../config/sources/file-source.js';
import { memorySource } from '../config/sources/memory-source.js';
import type { Clock } from '../clock/clock.js';
import { ambientInvocation } from '../invocation/ambient.js';
import { createLogger } from '../telemetry/create-logger.js';
import { lineStyle } from '../telemetry/line-style.js';
import type { LogFields, Logger, LogLevel } from '../telemetry/logger.js';
import { SslSection } from '../tls/ssl-section.js';
import type { SecretTexts } from '../security/secret-texts.js';
import type { Declarations } from './declarations.js';
import { environmentOf } from './make-ciphers.js';
import type { ApplicationOptions } from './options.js';

/** What makes an application's configuration. */
export interface ConfigureOptions {
  readonly application: ApplicationOptions;
  readonly declarations: Declarations;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly decryption: Decryption;
}

/** The configuration of an application over its local sources; nothing is read yet. */
export function makeConfig({ application, declarations, clock, logger, decryption }: ConfigureOptions): ConfigStore {
  const { sections = [], values = {} } = application.configuration ?? {};
  return createConfig({
    sections: [...CORE_SECTIONS, ConsumerSection, SslSection, ...declarations.sections, ...sections],
    sources: [...sourcesOf(application, logger), memorySource(values)],
    ...{ clock, logger, decryption },
  });
}

function sourcesOf({ configuration = {} }: ApplicationOptions, logger: Logger): readonly ConfigSource[] {
  const environment = environmentOf({ configuration });
  const arguments_ = configuration.commandLine === false ? [] : (configuration.commandLine ?? process.argv.slice(2));
  const directory = directoryOf({ configuration });
  return [
    ...(directory === undefined ? [] : [fileSource(directory, { logger, environment })]),
    environmentSource(environment),
    commandLineSource(arguments_),
    ...(configuration.sources ?? []),
  ];
}

/** The folder that configuration is read from; undefined where the application reads no files. */
export function directoryOf({ configuration = {} }: ApplicationOptions): string | undefined {
  const { directory = configDirectory(environmentOf({ configuration }), process.cwd()) } = configuration;
  return directory === false ? undefined : directory;
}

/** What of `servicecomb.log` an {@link ApplicationLog} follows. */
export interface LogSettings {
  level(): LogLevel;
  correlated(): boolean;
  pretty(): boolean | 'auto';
}

/** The log of an application: at first by defaults, then as the configuration says, always as it says now. */
export class ApplicationLog {
  readonly logger: Logger;
  #settings: LogSettings = { level: () => 'info', correlated: () => false, pretty: () => 'auto' };

  /**
   * @param secrets - what was decrypted, which no line shows
   * @param own - a logger of the user's, used as it is
   */
  constructor(clock: Clock, secrets: SecretTexts, own?: Logger) {
    const { pretty, colour } = lineStyle(process.env, process.stdout.isTTY);
    this.logger =
      own ??
      createLogger({
        ...{ clock, colour, hide: (line) => secrets.hide(line) },
        pretty: () => orElse(this.#settings.pretty(), pretty),
        level: () => this.#settings.level(),
        fields: () => (this.#settings.correlated() ? correlation() : {}),
      });
  }

  follow(settings: LogSettings): void {
    this.#settings = settings;
  }
}

function orElse(setting: boolean | 'auto', style: boolean): boolean {
  return setting === 'auto' ? style : setting;
}

function correlation(): LogFields {
  const invocation = ambientInvocation();
  if (!invocation) return {};
  const { traceId, spanId } = invocation.span.context();
  return { operation: invocation.operation.id, ...(traceId !== '' && { traceId, spanId }) };
}
