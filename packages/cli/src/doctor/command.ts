import { switchOf, type Command } from '../command.js';
import { JSON_OPTION } from '../load/entry-options.js';
import { entryOf } from '../project/entry.js';
import { findProject, type Project } from '../project/find-project.js';
import { checkApplication } from './check-application.js';
import { checkCopies } from './check-copies.js';
import { checkNode } from './check-node.js';
import { checkRunners } from './check-runners.js';
import { checkTypeScript } from './check-typescript.js';
import type { Check, CheckContext, Finding } from './finding.js';

const CHECKS: readonly Check[] = [checkNode, checkTypeScript, checkRunners, checkCopies, checkApplication];

/** `chassis doctor`. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Says what is wrong with the surroundings of the project, and what to do; exits with 1 on errors',
  usage: '[entry] [options]',
  most: 1,
  options: JSON_OPTION,
  examples: ['chassis doctor', 'chassis doctor src/orders/main.ts --json'],
  async run(input) {
    const { terminal, positionals } = input;
    const project = findProject(terminal.cwd);
    const { cwd, environment } = terminal;
    const entry = positionals[0] === undefined ? usualEntry(project, cwd) : entryOf(project, cwd, positionals[0]);
    const findings = await examine({ project, entry, cwd, environment });
    const ok = findings.every(({ level }) => level !== 'error');
    terminal.out(
      switchOf(input, 'json') === true
        ? `${JSON.stringify({ ok, project: project.folder, node: process.versions.node, findings }, null, 2)}\n`
        : report(project, findings),
    );
    return ok ? 0 : 1;
  },
};

/** Runs every check; one that breaks down is a finding itself. */
export async function examine(context: CheckContext): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    CHECKS.map(async ({ name, run }): Promise<readonly Finding[]> => {
      try {
        return await run(context);
      } catch (error) {
        return [{ level: 'error', check: name, message: `the check broke down: ${String(error)}` }];
      }
    }),
  );
  return findings.flat();
}

function usualEntry(project: Project, cwd: string): string | undefined {
  try {
    return entryOf(project, cwd, undefined);
  } catch {
    return undefined;
  }
}

function report({ folder }: Project, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${folder}: nothing is wrong (${CHECKS.map(({ name }) => name).join(', ')})\n`;
  const lines = findings.map(
    ({ level, check, message, fix }) =>
      `${level.padEnd(7)} ${check}: ${message}\n${fix ? `        fix: ${fix}\n` : ''}`,
  );
  return lines.join('');
}
