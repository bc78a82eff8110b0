/** The package managers that know how to install a new project. */
export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** What a new project begins with. */
export const SAMPLES = ['minimal', 'crud'] as const;
export type Sample = (typeof SAMPLES)[number];

/** What is asked of a new project. */
export interface ProjectOptions {
  readonly name: string;
  /** The folder it is to be in, absolute. */
  readonly folder: string;
  readonly sample: Sample;
  readonly metrics: boolean;
  readonly tracing: boolean;
  /** ES modules instead of CommonJS. */
  readonly esm: boolean;
  readonly packageManager: PackageManager;
  readonly install: boolean;
  /** A folder of packed packages to use in the place of published ones, absolute. */
  readonly packages?: string;
}
