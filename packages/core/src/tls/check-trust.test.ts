import { expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createConfig, memorySource } from '../config/index.js';
import type { Listener } from '../endpoint/listener.js';
import { silentLogger } from '../telemetry/logger.js';
import { checkTrust } from './check-trust.js';
import { SslSection } from './ssl-section.js';

async function check(ssl: object, listener: Partial<Listener>): Promise<void> {
  const sources = [memorySource({ ssl })];
  const config = createConfig({ sections: [SslSection], sources, clock: new VirtualClock(), logger: silentLogger });
  await config.start();
  checkTrust([{ name: 'rest', protocol: 'rest', listen: { host: '', port: 0 }, trust: 'mtls', ...listener }], config);
}

it('lets a listener trust verified peers only where they are verified', async () => {
  await expect(check({}, {})).rejects.toThrow(
    'servicecomb.protocols.rest.trust: mtls needs ssl.rest.Provider.verifyPeer: true, got no TLS',
  );
  await expect(check({ 'rest.Provider.certFile': 'x' }, {})).rejects.toMatchObject({
    code: 'TLS_INVALID',
    message:
      'servicecomb.protocols.rest.trust: mtls needs ssl.rest.Provider.verifyPeer: true, got no client asked for a certificate',
  });
  await expect(check({ verifyPeer: false }, {})).rejects.toThrow('ssl.verifyPeer: true');
  await check({ 'rest.Provider.verifyPeer': true }, {});
  await check({ verifyPeer: true }, {});
  await check({}, { trust: 'peers' });
});

it('looks at the port that is shared', async () => {
  const shared = { name: 'grpc', protocol: 'grpc', sharedWith: 'rest' };
  await check({ 'rest.Provider.verifyPeer': true }, shared);
  await expect(check({ 'grpc.Provider.verifyPeer': true }, shared)).rejects.toThrow('ssl.rest.Provider.verifyPeer');
});
