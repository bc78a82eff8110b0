import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { UpgradeRequest } from '../decorators/upgrade.js';

/** A request for another protocol on its way through the chain: until the method takes its connection an answer over HTTP is possible. */
export class PendingUpgrade {
  readonly #bytesBefore: number;
  #isTaken = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly head: Buffer,
  ) {
    this.#bytesBefore = this.socket.bytesWritten;
    response.shouldKeepAlive = false;
    response.assignSocket(this.socket);
  }

  get socket(): Socket {
    return this.request.socket;
  }

  /** Whether somebody wrote on the connection itself. */
  get isAnswered(): boolean {
    return this.#isTaken && this.socket.bytesWritten > this.#bytesBefore;
  }

  take(): UpgradeRequest {
    const { request, socket, head } = this;
    if (!this.#isTaken) this.response.detachSocket(socket);
    this.#isTaken = true;
    return { request, socket, head };
  }

  /** Has the response go out over the connection again. */
  giveBack(): void {
    if (this.#isTaken) this.response.assignSocket(this.socket);
    this.#isTaken = false;
  }
}
