/** One caller's session: where its calls go. */
export interface Session {
  readonly id: string;
  /** The instance and its address. */
  target: string;
  usedAt: number;
  /** In a row. */
  failures: number;
}

/** Sessions of one service kept at most; beyond, the one not used for longest ends. */
const MOST = 10_000;

/** The sessions of one service by id, bounded; those not used for longest come first. Pure: times are given. */
export class Sessions {
  readonly #byId = new Map<string, Session>();

  constructor(private readonly most = MOST) {}

  get size(): number {
    return this.#byId.size;
  }

  /** A session that has not ended. */
  find(id: string, now: number, timeoutMs: number): Session | undefined {
    const session = this.#byId.get(id);
    if (!session) return undefined;
    if (now - session.usedAt < timeoutMs) return session;
    this.#byId.delete(id);
    return undefined;
  }

  begin(id: string, target: string, now: number): Session {
    const session = { id, target, usedAt: now, failures: 0 };
    this.#byId.delete(id);
    this.#byId.set(id, session);
    return session;
  }

  /** Keeps it alive. */
  use(session: Session, now: number, timeoutMs: number): void {
    session.usedAt = now;
    this.#byId.delete(session.id);
    this.#byId.set(session.id, session);
    this.#endOld(now, timeoutMs);
  }

  end(id: string): void {
    this.#byId.delete(id);
  }

  #endOld(now: number, timeoutMs: number): void {
    for (const [id, { usedAt }] of this.#byId) {
      if (now - usedAt < timeoutMs && this.#byId.size <= this.most) return;
      this.#byId.delete(id);
    }
  }
}
