import { CommandError, messageOf } from '../../command-error.js';
import type { Timers } from '../../time/timers.js';
import { isObject, listOf, objectOf, type Json } from './json.js';

/** Whose contracts are read, and where. */
export interface StoredContractsOptions {
  /** Address of a service-center: `http://127.0.0.1:30100`. */
  readonly registry: string;
  readonly service: string;
  readonly app: string;
  readonly environment: string;
  /** For a registry that wants one; never printed. */
  readonly token: string | undefined;
  readonly timers: Timers;
  /** As for `sort`: negative when the first is the older one. */
  compareVersions(a: string, b: string): number;
}

const TIMEOUT_MS = 10_000;

/**
 * The contracts of a service's newest version that has any, as texts by the ids of their schemas, of a service-center or the development
 * registry.
 *
 * @throws CommandError when the registry does not answer, or has none
 */
export async function storedContracts(options: StoredContractsOptions): Promise<ReadonlyMap<string, string>> {
  const { app, environment, service, compareVersions } = options;
  const root = rootOf(options.registry);
  const { services } = await get(`${root}/microservices`, options);
  const versions = listOf(services)
    .filter(isObject)
    .filter((record) => record['serviceName'] === service && record['appId'] === app)
    .filter((record) => (record['environment'] ?? '') === environment)
    .sort((a, b) => compareVersions(String(b['version']), String(a['version'])));
  const name = `${app}:${service}${environment && ` in environment ${environment}`}`;
  if (versions.length === 0) throw new CommandError(`client: ${options.registry} knows no service ${name}`);
  for (const { serviceId } of versions) {
    const id = encodeURIComponent(String(serviceId));
    const { schemas } = await get(`${root}/microservices/${id}/schemas?withSchema=1`, options);
    const texts = listOf(schemas).filter(isObject).map(contractOf);
    const found = new Map(texts.filter((each) => each !== undefined));
    if (found.size > 0) return found;
  }
  throw new CommandError(`client: ${options.registry} has no contract of ${name}`);
}

function rootOf(registry: string): string {
  const url = URL.canParse(registry) ? new URL(registry) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new CommandError(`client: --registry must be an address such as http://127.0.0.1:30100, got ${registry}`, 2);
  return `${url.origin}/v4/default/registry`;
}

function contractOf({ schemaId, schema }: Json): readonly [string, string] | undefined {
  return typeof schemaId === 'string' && typeof schema === 'string' ? [schemaId, schema] : undefined;
}

async function get(url: string, { token, timers }: StoredContractsOptions): Promise<Json> {
  const giveUp = new AbortController();
  const stop = timers.after(TIMEOUT_MS, () => giveUp.abort(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
  try {
    const headers = { 'x-domain-name': 'default', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(url, { headers, redirect: 'error', signal: giveUp.signal });
    const text = await response.text();
    if (response.ok) return objectOf(JSON.parse(text));
    throw new Error(`${response.status} ${text.slice(0, 200)}`);
  } catch (error) {
    const cause = (error as { cause?: unknown }).cause ?? error;
    throw new CommandError(`client: ${url}: ${messageOf(cause)}`, 1, { cause: error });
  } finally {
    stop();
  }
}
