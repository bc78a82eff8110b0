import { authorityOf, parseEndpoint } from '@ts-chassis/core';
import type { Connection } from '../connection/connection.js';
import { isRecord, listOf, textsOf } from '../wire/read-json.js';

/** Under this name a configuration center registers, in the application `default`. */
const SERVICE = { appId: 'default', serviceName: 'CseConfigCenter', version: '0+' };

/**
 * The addresses of the configuration center that the registry knows; none when it knows none.
 *
 * @throws as `Connection.request`
 */
export async function findConfigCenter(
  connection: Pick<Connection, 'request'>,
  { project, signal }: { readonly project: string; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const { body } = await connection.request({
    method: 'POST',
    path: `/v4/${encodeURIComponent(project)}/registry/instances/action`,
    query: { type: 'query' },
    body: { services: [{ service: SERVICE }] },
    signal,
  });
  const services = isRecord(body) && isRecord(body['services']) ? body['services'] : {};
  const instances = listOf(services['updated']).flatMap((one) => (isRecord(one) ? listOf(one['instances']) : []));
  const up = instances.filter(isRecord).filter(({ status }) => status === undefined || status === 'UP');
  return up.flatMap(({ endpoints }) => textsOf(endpoints)).flatMap(toAddress);
}

function toAddress(endpoint: string): readonly string[] {
  try {
    const parsed = parseEndpoint(endpoint);
    return parsed.listener.startsWith('rest') ? [`${parsed.ssl ? 'https' : 'http'}://${authorityOf(parsed)}`] : [];
  } catch {
    return [];
  }
}
