import type { Project } from '../project/find-project.js';

/** What a check found. */
export interface Finding {
  /** `error`: it will not work; `warning`: it may surprise. */
  readonly level: 'error' | 'warning';
  /** The check. */
  readonly check: string;
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** One check of the doctor. */
export interface Check {
  readonly name: string;
  run(context: CheckContext): Promise<readonly Finding[]> | readonly Finding[];
}

/** What checks look at. */
export interface CheckContext {
  readonly project: Project;
  /** The main file, absolute; undefined when there is none. */
  readonly entry: string | undefined;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}
