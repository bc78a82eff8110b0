import { join } from 'node:path';
import type * as TypeScript from 'typescript';
import { installedManifest, type Project } from '../project/find-project.js';
import type { Check, Finding } from './finding.js';

const CHECK = 'typescript';

/** TypeScript and ts-node fit together, and the compiler keeps the types of constructors and fields. */
export const checkTypeScript: Check = {
  name: CHECK,
  run: ({ project }) => {
    const typescript = installedManifest(project, 'typescript');
    if (!typescript) return [];
    return [...versions(project, typescript.version), ...settings(project)];
  },
};

function versions(project: Project, version: string): readonly Finding[] {
  const tsNode = installedManifest(project, 'ts-node');
  if (!tsNode || Number.parseInt(version, 10) < 7) return [];
  return [
    {
      ...{ level: 'error', check: CHECK },
      message: `typescript ${version} has no compiler API in JavaScript, and ts-node ${tsNode.version} cannot work with it`,
      fix: 'npm install --save-dev typescript@~6.0.3 (TypeScript 7 may stand beside it under another name)',
    },
  ];
}

function settings(project: Project): readonly Finding[] {
  const ts = compilerOf(project);
  const file = join(project.folder, 'tsconfig.json');
  if (!ts?.sys?.fileExists(file)) return [];
  const { config, error } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as {
    config?: Record<string, unknown>;
    error?: TypeScript.Diagnostic;
  };
  if (error)
    return [
      bad(
        'error',
        `tsconfig.json cannot be read: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`,
        'correct it',
      ),
    ];
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, project.folder, undefined, file);
  return findings(options, { ts, config: config ?? {}, swc: installedManifest(project, '@swc/core') !== undefined });
}

interface Around {
  readonly ts: typeof TypeScript;
  readonly config: Record<string, unknown>;
  /** Whether @swc/core is installed. */
  readonly swc: boolean;
}

function findings(options: TypeScript.CompilerOptions, { ts, config, swc }: Around): readonly Finding[] {
  const found: Finding[] = [];
  for (const name of ['experimentalDecorators', 'emitDecoratorMetadata'] as const) {
    if (options[name] === true) continue;
    found.push(
      bad(
        'error',
        `${name} is off in tsconfig.json: constructors cannot be injected by type, fields have no types`,
        `set "${name}": true`,
      ),
    );
  }
  if (options.verbatimModuleSyntax === true)
    found.push(
      bad(
        'warning',
        'verbatimModuleSyntax is on: a class imported with "import type" cannot be injected',
        'set it to false, or take care',
      ),
    );
  const tsNode = config['ts-node'] as { swc?: boolean } | undefined;
  if (tsNode?.swc === true && !swc)
    found.push(
      bad(
        'error',
        'tsconfig.json asks ts-node for swc, and @swc/core is not installed',
        'npm install --save-dev @swc/core',
      ),
    );
  const works = [ts.ModuleKind.CommonJS, ts.ModuleKind.Node16, ts.ModuleKind.NodeNext];
  if (tsNode?.swc === true && options.module !== undefined && !works.includes(options.module))
    found.push(
      bad(
        'warning',
        `ts-node with swc makes ES modules of "module": "${ts.ModuleKind[options.module] ?? ''}"`,
        'set "module": "nodenext"',
      ),
    );
  return found;
}

function bad(level: 'error' | 'warning', message: string, fix: string): Finding {
  return { level, check: CHECK, message, fix };
}

function compilerOf({ require }: Project): typeof TypeScript | undefined {
  try {
    return require('typescript') as typeof TypeScript;
  } catch {
    return undefined;
  }
}
