import { rest } from '@ts-chassis/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grpcPeers } from '../../scripts/servers/servers.mjs';
import { Authority, CertificateFolder } from '../fixtures/certificates.js';
import { startGrpc, TEST_SERVICE, type GrpcApplication } from './grpc-application.js';
import { TestService } from './grpc-service.js';
import { lane } from './lane.js';

/** The official cases that a server without accounts, compression and load reports has to hold. */
const CASES = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'custom_metadata',
  'status_code_and_message',
  'special_status_message',
  'unimplemented_method',
  'unimplemented_service',
  'cancel_after_begin',
  'cancel_after_first_response',
  'timeout_on_sleeping_server',
];

const SERVER_NAME = 'interop.test';
const HELD = { code: 0, output: '', complaint: '' };

const SHARED_WITH_REST = {
  'servicecomb.protocols.grpc.listenAddress': '',
  'servicecomb.protocols.grpc.sharedWith': 'rest',
};

const served = { name: 'interop', schemas: [TestService], protos: [TEST_SERVICE] };

lane('our server and the client of grpc-go', [grpcPeers], () => {
  describe.each(['http2', 'grpc-js'] as const)('in plain HTTP/2, spoken by %s,', (engine) => {
    let application: GrpcApplication;

    beforeAll(async () => {
      application = await startGrpc({ ...served, server: { engine } });
    });

    afterAll(async () => {
      await application?.stop();
    });

    it.each(CASES)('hold %s', async (name) => {
      expect(await grpcPeers.runCase(name, application)).toEqual(HELD);
    });
  });

  describe('in TLS', () => {
    const folder = new CertificateFolder();
    let issuer: Authority;
    let authority: string;
    let provider: { readonly certFile: string; readonly keyFile: string };
    let application: GrpcApplication;

    beforeAll(async () => {
      issuer = await Authority.make();
      authority = folder.write('ca.crt', issuer.certificate);
      provider = folder.pair('server', await issuer.issue({ name: SERVER_NAME }));
      application = await startGrpc({ ...served, values: { 'ssl.grpc.Provider': provider } });
    });

    afterAll(async () => {
      await application?.stop();
      folder.remove();
    });

    it.each(CASES)('hold %s', async (name) => {
      const options = { port: application.port, authority, serverName: SERVER_NAME };
      expect(await grpcPeers.runCase(name, options)).toEqual(HELD);
    });

    it('hold cases on a port that REST shares, plain and in TLS', async () => {
      const shared = { 'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0', ...SHARED_WITH_REST };
      for (const values of [shared, { ...shared, 'ssl.rest.Provider': provider }]) {
        const both = await startGrpc({ ...served, plugins: [rest()], values });
        const trust = values === shared ? {} : { authority, serverName: SERVER_NAME };
        for (const name of ['large_unary', 'ping_pong']) {
          expect(await grpcPeers.runCase(name, { port: both.port, ...trust })).toEqual(HELD);
        }
        await both.stop();
      }
    });

    it('do not go together without TLS', async () => {
      expect(await grpcPeers.runCase('empty_unary', application)).toMatchObject({ code: 1 });
    });

    it('go together in mutual TLS, with a certificate only', async () => {
      const values = { 'ssl.grpc.Provider': { ...provider, verifyPeer: true, caFile: authority } };
      const mutual = await startGrpc({ ...served, values });
      const { certFile, keyFile } = folder.pair('client', await issuer.issue({ name: 'client.test' }));
      const options = { port: mutual.port, authority, serverName: SERVER_NAME };
      const known = { ...options, certificate: certFile, key: keyFile };
      expect(await grpcPeers.runCase('large_unary', known)).toEqual(HELD);
      expect(await grpcPeers.runCase('large_unary', options)).toMatchObject({ code: 1 });
      await mutual.stop();
    });
  });
});
