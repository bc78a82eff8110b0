import type { Codecs } from '../binding/codec.js';
import type { AnswerSettings } from './answer-settings.js';
import type { RestLimits } from './limits.js';

/** What all listeners of REST in an application are made with. */
export interface RestSettings {
  /** Read anew for each request: what follows the configuration. */
  readonly limits: { readonly value: RestLimits };
  /** Beside JSON. */
  readonly codecs: Codecs;
  /** Default: no compression, no tags, a sign of life every 15 s. */
  readonly answers?: AnswerSettings;
  /** Whether TLS is configured for a listener. */
  wantsTls(listener: string): boolean;
}
