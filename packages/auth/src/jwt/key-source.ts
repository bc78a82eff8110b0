import type { JWTVerifyOptions, JWTVerifyResult } from 'jose';

/** Keys that tokens are verified with. */
export interface KeySource {
  /** Another number after each change: what was verified before may not hold any more. */
  readonly generation: number;
  /** Whether what was verified with these keys still counts; keys that are too old do not. */
  isCurrent(): boolean;
  /**
   * @throws what jose says of a token that does not verify
   * @throws ChassisError `KEYS_UNAVAILABLE`
   */
  verify(token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult>;
  close(): void;
}
