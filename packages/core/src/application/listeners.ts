import type { ConfigView } from '../config/config.js';
import { ProtocolSection, type ProtocolValues } from '../config/sections/protocols.js';
import { protocolOf } from '../endpoint/endpoint.js';
import type { Listener } from '../endpoint/listener.js';
import { coreError } from '../errors/core-error.js';

/** go-chassis's ports for a listener without an address: 5000 for `rest`, 6000 for `highway`, 7000 for any other name. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { rest: 5000, highway: 6000 };

/**
 * The configured listeners (`servicecomb.protocols.*`).
 *
 * @throws ChassisError `LISTENER_INVALID` naming the key
 */
export function listenersOf(config: ConfigView): readonly Listener[] {
  const own = config.names(ProtocolSection).map((name) => listenerOf(name, config.section(ProtocolSection, name)));
  return own.map((listener) => (listener.sharedWith === undefined ? listener : sharing(listener, own, config)));
}

/** A listener at the address of the one whose port it shares. */
function sharing(listener: Listener, all: readonly Listener[], config: ConfigView): Listener {
  const key = `servicecomb.protocols.${listener.name}`;
  const owner = all.find(({ name }) => name === listener.sharedWith);
  const others = all.filter(({ name, sharedWith }) => name !== listener.name && sharedWith === undefined);
  const expected = others.map(({ name }) => name).join(', ') || 'another configured listener';
  const got = JSON.stringify(listener.sharedWith);
  if (!owner || owner === listener)
    throw coreError('LISTENER_INVALID', `${key}.sharedWith: expected ${expected}, got ${got}`);
  if (owner.sharedWith !== undefined)
    throw coreError('LISTENER_INVALID', `${key}.sharedWith: ${got} shares a port itself; expected ${expected}`);
  if (owner.protocol === listener.protocol)
    throw coreError(
      'LISTENER_INVALID',
      `${key}.sharedWith: ${got} speaks "${owner.protocol}" too: nothing could tell them apart`,
    );
  if (config.section(ProtocolSection, listener.name).listenAddress !== '')
    throw coreError(
      'LISTENER_INVALID',
      `${key}: has a listenAddress and shares the port of ${got}; expected one of both`,
    );
  return { ...listener, listen: owner.listen };
}

function listenerOf(name: string, values: ProtocolValues): Listener {
  const key = `servicecomb.protocols.${name}`;
  if (!/^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)?$/.test(name)) {
    throw coreError('LISTENER_INVALID', `${key}: expected a name {protocol} or {protocol}-{suffix}, got "${name}"`);
  }
  const advertise =
    values.advertiseAddress === '' ? undefined : parseAddress(`${key}.advertiseAddress`, values.advertiseAddress);
  const listen =
    values.listenAddress === ''
      ? (advertise ?? { host: '127.0.0.1', port: DEFAULT_PORTS[name] ?? 7000 })
      : parseAddress(`${key}.listenAddress`, values.listenAddress);
  return {
    ...{ name, listen, trust: values.trust, protocol: protocolOf(name) },
    ...(advertise && { advertise }),
    ...(values.sharedWith !== '' && { sharedWith: values.sharedWith }),
  };
}

function parseAddress(key: string, text: string): { host: string; port: number } {
  const parts = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:[\]/]+)|):(\d{1,5})$/.exec(text.trim());
  const port = Number(parts?.[3]);
  if (!parts || port > 65535) {
    throw coreError(
      'LISTENER_INVALID',
      `${key}: expected {host}:{port}, [{IPv6}]:{port} or :{port}, got ${JSON.stringify(text)}`,
    );
  }
  return { host: parts[1] ?? parts[2] ?? '0.0.0.0', port };
}
