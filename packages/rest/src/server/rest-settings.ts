import type { Codecs } from '../binding/codec.js';
import type { RestLimits } from './limits.js';

/** What all listeners of REST in an application are made with. */
export interface RestSettings {
  /** Read anew for each request: what follows the configuration. */
  readonly limits: { readonly value: RestLimits };
  /** Beside JSON. */
  readonly codecs: Codecs;
  /** Whether TLS is configured for a listener. */
  wantsTls(listener: string): boolean;
}
