/**
 * Called once when everything is made, dependencies first; the start waits for it.
 *
 * @example
 * ```ts
 * class BookStore implements OnModuleInit { async onModuleInit(): Promise<void> { await this.load(); } }
 * ```
 */
export interface OnModuleInit {
  onModuleInit(): void | Promise<void>;
}

/**
 * Called once when the application stops, dependents first, after the last request has been answered.
 *
 * @example
 * ```ts
 * class BookStore implements OnApplicationShutdown { async onApplicationShutdown(): Promise<void> { await this.close(); } }
 * ```
 */
export interface OnApplicationShutdown {
  /** @param signal - the signal that ended the process, such as `SIGTERM`; undefined when `stop()` was called */
  onApplicationShutdown(signal?: string): void | Promise<void>;
}

/**
 * Runs one hook of one instance: where the application sets its time limit and names the culprit.
 *
 * @param name - `onModuleInit of BookStore`
 * @param run - calls the hook
 */
export type HookStep = (name: string, run: () => Promise<void>) => Promise<void>;

export const runStep: HookStep = (_name, run) => run();

export function hasOnModuleInit(instance: object): instance is OnModuleInit {
  return typeof (instance as Partial<OnModuleInit>).onModuleInit === 'function';
}

export function hasOnApplicationShutdown(instance: object): instance is OnApplicationShutdown {
  return typeof (instance as Partial<OnApplicationShutdown>).onApplicationShutdown === 'function';
}
