import type { Clock } from '../../clock/index.js';
import { silentLogger } from '../../telemetry/logger.js';
import type { Logger } from '../../telemetry/logger.js';
import type { ConfigSource } from '../source.js';
import { listConfigMap, parseConfigMapFile } from './config-map-files.js';
import { FileSource } from './file-source.js';

/**
 * How a {@link configMapSource} stands among others and follows its directory.
 *
 * @example
 * ```ts
 * const options: ConfigMapSourceOptions = { name: 'shop-config', priority: 3 };
 * ```
 */
export interface ConfigMapSourceOptions {
  /** What messages call it; default `configMap`. */
  readonly name?: string;
  /** The lower wins; default 4, as go-chassis has it: that of the configuration files, which win over it. */
  readonly priority?: number;
  /** Takes the warning of a key that two files have, of which the first one's counts; default nobody. */
  readonly logger?: Logger;
  /** For looking again; default the system's, since files change in real time. */
  readonly clock?: Clock;
  /** What placeholders in YAML and JSON are filled from; default the environment of the process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How often the directory is looked at beside the system's own notice, in milliseconds; default 1000. */
  readonly pollMs?: number;
}

/**
 * A mounted Kubernetes ConfigMap (or Secret): each of its files is a key. `*.yaml`, `*.yml` and `*.json` are trees, read as those of the
 * configuration directory; `*.properties` too; any other is one text under its name, less the line break at its end. Names with a dot in
 * front are left out, and so are directories and what is no text. Swaps of `..data` are followed as a whole; a file that cannot be read refuses the start, and
 * later leaves all of the last good values. A directory that is not there is empty.
 *
 * @param directory - where the ConfigMap is mounted, such as `/etc/shop`
 * @param options - name, priority and how the directory is followed
 * @returns a source for `configuration.sources`
 *
 * @example
 * ```ts
 * createApplication({ modules: [ShopModule], configuration: { sources: [configMapSource('/etc/shop')] } });
 * ```
 */
export function configMapSource(directory: string, options: ConfigMapSourceOptions = {}): ConfigSource {
  const { name = 'configMap', priority = 4, logger = silentLogger, ...reading } = options;
  return new FileSource(
    directory,
    { ...reading, logger },
    { name, priority, list: listConfigMap, parse: parseConfigMapFile },
  );
}
