import type { ConfigSource, Layer } from '../source.js';

/**
 * The environment: each variable under its own name, and with dots for underscores, so that `shop_discount` and
 * `SERVICECOMB_REGISTRY_ADDRESS` reach `shop.discount` and `servicecomb.registry.address`; declared keys are found without regard to
 * case. What Kubernetes adds for each service in a namespace (`SHOP_PORT=tcp://...`) is left out. Priority 3.
 *
 * @param environment - default that of the process
 *
 * @example
 * ```ts
 * const source = environmentSource({ SHOP_DISCOUNT: '5' });
 * ```
 */
export function environmentSource(environment: NodeJS.ProcessEnv = process.env): ConfigSource {
  return { name: 'environment', priority: 3, load: () => Promise.resolve(read(environment)) };
}

function read(environment: NodeJS.ProcessEnv): Layer {
  const values: Record<string, unknown> = {};
  const variables = new Map<string, string>();
  const put = (key: string, name: string): void => {
    if (Object.hasOwn(values, key) || key.includes('__proto__')) return;
    values[key] = environment[name];
    variables.set(key, name);
  };
  const services = kubernetesServices(environment);
  const names = Object.keys(environment).filter((name) => environment[name] !== undefined && name !== '');
  for (const name of names) put(name, name);
  for (const name of names) {
    if (!services.some((service) => name.startsWith(`${service}_SERVICE_`) || name.startsWith(`${service}_PORT`))) {
      put(name.replaceAll('_', '.'), name);
    }
  }
  return { values, caseless: true, place: (key) => `variable ${variables.get(key) ?? key.replace(/\[.*$/, '')}` };
}

/** The names whose `_SERVICE_HOST` and `_SERVICE_PORT` say that Kubernetes put them there. */
function kubernetesServices(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment)
    .filter((name) => name.endsWith('_SERVICE_HOST'))
    .map((name) => name.slice(0, -'_SERVICE_HOST'.length))
    .filter((service) => environment[`${service}_SERVICE_PORT`] !== undefined);
}
