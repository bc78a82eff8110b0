import type { AccountCredential, Clock, Logger, TlsMaterials } from '@ts-chassis/core';
import type { TokenSource } from './token-source.js';

/** What `openConnection` needs. */
export interface ConnectionOptions {
  /** Whom it speaks to, in messages: `service-center`. */
  readonly name: string;
  /** All of one scheme. */
  readonly addresses: readonly string[];
  /** The key that the addresses come from, for messages. */
  readonly key: string;
  /** The tag of TLS: `registrator.Consumer`. */
  readonly tag: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tls: Pick<TlsMaterials, 'control'>;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait for one answer of one address, its body included, in milliseconds; default 5000. */
  readonly timeoutMs?: number;
  /** Longest answer and longest message of a websocket, in bytes; default 16 MB. */
  readonly maxBytes?: number;
  /** How addresses are looked at while there are several; absent: not at all. */
  readonly probe?: { readonly path: string; readonly everyMs: number };
  /** How further addresses are learned; absent: not at all. */
  readonly discovery?: { readonly path: string; readonly everyMs: number; readonly zone: string };
  /** Gives the token of each request; made by somebody else. */
  readonly tokens?: TokenSource;
  /** The account that a token is fetched for, at these very addresses; asked once, when the first request is made. Without effect beside `tokens`. */
  readonly account?: () => Promise<AccountCredential | undefined>;
}
