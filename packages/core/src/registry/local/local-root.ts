import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coreError } from '../../errors/core-error.js';
import { redactText } from '../../security/redact-text.js';
import type { FileSystem } from './file-system.js';
import { pathStep } from './layout.js';

/**
 * Where the local registry keeps its files: the one `file:` URL that is configured, else `ts-chassis-{user id}` in the system's folder
 * for temporary files.
 *
 * @throws ChassisError `CONFIG_INVALID` when the addresses are not one `file:` URL of an absolute path
 */
export function localRootOf(addresses: readonly string[]): string {
  const [address] = addresses;
  if (address === undefined) return join(tmpdir(), `ts-chassis-${process.getuid?.() ?? pathStep(userInfo().username)}`);
  try {
    if (addresses.length === 1 && /^file:\/\/\//i.test(address)) return fileURLToPath(address);
  } catch {
    // Told below, with what came.
  }
  const got = addresses.map((text) => JSON.stringify(redactText(text))).join(', ');
  throw coreError(
    'CONFIG_INVALID',
    `servicecomb.registry.address: the registry local expects one URL file:///{absolute path}, got ${got}`,
  );
}

/**
 * Whether the root is there and safe: a directory of this user that no other may enter. One that somebody else prepared could be
 * full of instances that catch our calls.
 *
 * @throws ChassisError `REGISTRY_UNAVAILABLE` when it is not safe
 */
export async function checkRoot(files: FileSystem, root: string): Promise<boolean> {
  const status = await files.status(root);
  if (!status) return false;
  if (status.kind !== 'directory') throw refusal(root, 'expected a directory, got a file or a link');
  const user = process.getuid?.();
  if (user === undefined) return true;
  if (status.owner !== user) throw refusal(root, `expected the owner to be user ${user}, got ${status.owner}`);
  if ((status.mode & 0o077) !== 0) {
    const got = status.mode.toString(8).padStart(4, '0');
    throw refusal(root, `expected mode 0700, got ${got}: others could read or plant instances; run chmod 700`);
  }
  return true;
}

/** Makes the root when it is not there. */
export async function ensureRoot(files: FileSystem, root: string): Promise<void> {
  if (await checkRoot(files, root)) return;
  await files.makeDirectory(root);
  await checkRoot(files, root);
}

function refusal(root: string, fault: string): Error {
  return coreError('REGISTRY_UNAVAILABLE', `local registry: ${root}: ${fault}`);
}
