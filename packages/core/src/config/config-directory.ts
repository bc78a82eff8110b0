import { join, resolve } from 'node:path';

/**
 * Where configuration files are: `CHASSIS_CONF_DIR`, else `conf` in `CHASSIS_HOME`, else `conf` in the working directory. (go-chassis
 * ends with the folder of its executable, which for Node would be Node's own.)
 *
 * @param environment - default that of the process
 * @param workingDirectory - default that of the process
 *
 * @example
 * ```ts
 * const source = fileSource(configDirectory(), { logger });
 * ```
 */
export function configDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  workingDirectory: string = process.cwd(),
): string {
  const { CHASSIS_CONF_DIR: directory, CHASSIS_HOME: home } = environment;
  if (directory) return resolve(workingDirectory, directory);
  return home ? resolve(workingDirectory, home, 'conf') : join(workingDirectory, 'conf');
}
