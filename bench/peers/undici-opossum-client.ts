/** Peer of the governed client: a bare undici pool behind a circuit breaker of opossum. */
import Opossum from 'opossum';
import { obey } from '../harness/call-loop.js';
import { findUser } from './undici-call.js';

// the timeout would be another policy, and ours keeps no percentiles
const breaker = new Opossum(findUser, {
  ...{ timeout: false, rollingCountTimeout: 10_000, errorThresholdPercentage: 50, volumeThreshold: 20 },
  rollingPercentilesEnabled: false,
});

obey(() => breaker.fire());
