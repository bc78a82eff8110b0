import type { Application } from '@ts-chassis/core';

/**
 * Tells the program that started this one, where that listens, which addresses are ready; and stops the application when that program
 * is gone, so that nothing is left behind. Does nothing for a service that is started by itself.
 */
export function tellLauncher(app: Application): void {
  if (!process.send) return;
  const stop = (): void => void process.kill(process.pid, 'SIGTERM');
  if (!process.connected) return stop();
  process.once('disconnect', stop);
  process.channel?.unref();
  process.send(app.endpoints);
}
