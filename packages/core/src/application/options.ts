import type { Clock } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Section } from '../config/section.js';
import type { ConfigSource } from '../config/source.js';
import type { ModuleReference } from '../container/module.js';
import type { Provider } from '../container/provider.js';
import type { ErrorMapping } from '../provider/error-mapping.js';
import type { Logger } from '../telemetry/logger.js';
import type { Plugin } from './plugin.js';

/**
 * Where an application's configuration comes from besides its defaults.
 *
 * @example
 * ```ts
 * createApplication({ configuration: { directory: false, values: { 'servicecomb.service.name': 'catalog' } } });
 * ```
 */
export interface ConfigurationOptions {
  /** The folder of its files; default `CHASSIS_CONF_DIR`, else `$CHASSIS_HOME/conf`, else `conf` in the working directory; false for none. */
  readonly directory?: string | false;
  /** First values of the memory source, by dotted key. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Default `process.env`; false for none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | false;
  /** Arguments after the program's name; default those of the process; false for none. */
  readonly commandLine?: readonly string[] | false;
  /** Sources of the user's own. */
  readonly sources?: readonly ConfigSource[];
  /** Sections of the user's own. */
  readonly sections?: readonly Section<unknown>[];
}

/**
 * What an application is made of.
 *
 * @example
 * ```ts
 * const app = createApplication({ modules: [CatalogModule], plugins: [rest()] });
 * ```
 */
export interface ApplicationOptions {
  readonly modules?: readonly ModuleReference[];
  readonly plugins?: readonly Plugin[];
  /** What every module may inject. */
  readonly providers?: readonly Provider[];
  /** Replace what modules and plug-ins provide; for tests. */
  readonly overrides?: readonly Provider[];
  /** The service's name, where the configuration names none; default `application`. */
  readonly name?: string;
  readonly configuration?: ConfigurationOptions;
  /** Default: JSON lines on standard output, pretty on a terminal, by `servicecomb.log.*`. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /**
   * Whether code finds its invocation with `currentInvocation()`, and calls made in a method inherit its deadline and context. Default:
   * on when a constructor injects a remote client or a `@Remote` property stands somewhere, a tracer is installed or logs are correlated.
   */
  readonly ambient?: boolean;
  /** What becomes of errors that methods throw, made by `mapError`; asked after those of `@MapErrors`. */
  readonly errors?: readonly ErrorMapping[];
  /** Signals that stop the application; false for none. Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[] | false;
}
