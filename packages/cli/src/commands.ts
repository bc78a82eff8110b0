import { clientCommand } from './client/command.js';
import type { Command } from './command.js';
import { devCommand } from './dev/command.js';
import { heldCommand } from './dev/held-command.js';
import { doctorCommand } from './doctor/command.js';
import { encryptCommand } from './encrypt/command.js';
import { generateCommand } from './generate/command.js';
import { inspectCommand } from './inspect/command.js';
import { inspectionCommand } from './inspect/inspection-command.js';
import { newCommand } from './new/command.js';
import { openApiCommand } from './openapi/command.js';
import { protoCommand } from './proto/command.js';
import { registryCommand } from './registry/command.js';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  newCommand,
  generateCommand,
  devCommand,
  openApiCommand,
  protoCommand,
  clientCommand,
  inspectCommand,
  encryptCommand,
  registryCommand,
  doctorCommand,
  heldCommand,
  inspectionCommand,
];
