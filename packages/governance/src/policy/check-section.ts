import type { PluginHost, Section, Services } from '@ts-chassis/core';

/**
 * Has the whole of a section looked at by what only a running application knows, such as the names that plug-ins brought: at the start, and before each
 * change takes effect. What nobody calls yet is looked at too, so that no call finds it out.
 *
 * @param check - throws a `ChassisError` for what cannot be; its message begins with the key and a colon
 */
export function checkSection<T>(
  host: PluginHost,
  section: Section<T>,
  check: (value: T, services: Services) => void,
): void {
  host.onStart(section.key, (services) => {
    check(services.config.section(section), services);
    services.config.prepare(section, function* (value) {
      yield check(value, services);
    });
  });
}
