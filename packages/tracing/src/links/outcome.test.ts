import { describe, expect, it } from 'vitest';
import { plainStatus, speaksHttp, statusTag } from './outcome.js';

describe('the status of a call', () => {
  it.each([
    ['rest', 'http.status_code', undefined],
    ['rest-admin', 'http.status_code', undefined],
    ['grpc', 'rpc.grpc.status_code', 0],
    ['grpc-admin', 'rpc.grpc.status_code', 0],
    ['grpcish', 'http.status_code', undefined],
  ])('over %s stands under %s', (protocol, tag, plain) => {
    expect([statusTag(protocol), plainStatus(protocol)]).toEqual([tag, plain]);
  });

  it('is no status of HTTP over gRPC', () => {
    expect([speaksHttp('rest'), speaksHttp('grpc')]).toEqual([true, false]);
  });
});
