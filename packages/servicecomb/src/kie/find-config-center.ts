import { authorityOf, parseEndpoint } from '@ts-chassis/core';
import type { ServiceCenter } from '../service-center/service-center.js';

/** Under this name a configuration center registers. */
const SERVICE = { appId: 'default', serviceName: 'CseConfigCenter', version: '0+' };

/**
 * The addresses of the configuration center that the registry knows, all of one scheme; none when it knows none.
 *
 * @throws as {@link ServiceCenter}
 */
export async function findConfigCenter(center: Pick<ServiceCenter, 'findInstances'>): Promise<readonly string[]> {
  const answers = await center.findInstances(undefined, [{ service: SERVICE }]);
  const instances = answers.flatMap((answer) => (answer.kind === 'updated' ? answer.instances : []));
  const up = instances.filter(({ status }) => status === undefined || status === 'UP');
  const addresses = up.flatMap(({ endpoints }) => endpoints).flatMap(toAddress);
  const secure = addresses.filter((address) => address.startsWith('https:'));
  return secure.length > 0 ? secure : addresses;
}

function toAddress(text: string): readonly string[] {
  try {
    const endpoint = parseEndpoint(text);
    const isHttp = endpoint.listener.startsWith('rest');
    return isHttp ? [`${endpoint.ssl ? 'https' : 'http'}://${authorityOf(endpoint)}`] : [];
  } catch {
    return [];
  }
}
