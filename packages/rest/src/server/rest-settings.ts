import type { Codecs } from '../binding/codec.js';
import type { UploadLimits } from '../binding/multipart/upload-limits.js';
import type { CorsPolicy } from '../cors/cors-policy.js';
import type { AnswerSettings } from './answer-settings.js';
import type { RestLimits } from './limits.js';

/** What all listeners of REST in an application are made with. */
export interface RestSettings {
  /** Of a listener; read anew for each request: what follows the configuration. */
  limits(listener: string): { readonly value: RestLimits };
  /** Beside JSON. */
  readonly codecs: Codecs;
  /** Default: no compression, no tags, a sign of life every 15 s. */
  readonly answers?: AnswerSettings;
  /** Of multipart bodies; default as documented at `UploadOptions`. */
  readonly uploads?: UploadLimits;
  /** What a listener says to pages of other origins, read anew for each request; left out where no listener says anything. */
  cors?(listener: string): { readonly value: CorsPolicy | undefined };
}
