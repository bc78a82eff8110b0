import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { ProjectOptions } from './project-options.js';
import { projectFiles } from './template/project-files.js';

const options: ProjectOptions = {
  ...{ name: 'orders', folder: '/orders', sample: 'minimal', packageManager: 'npm', install: true },
  ...{ metrics: false, tracing: false, esm: false },
};
const filesOf = (more: Partial<ProjectOptions> = {}) => projectFiles({ ...options, ...more }, () => '~0.1.0');

describe('projectFiles', () => {
  it('asks for what the options name and for nothing else', () => {
    const packages = (more: Partial<ProjectOptions>): string[] =>
      Object.keys((JSON.parse(filesOf(more)['package.json']!) as { dependencies: object }).dependencies);
    expect(packages({})).toEqual(['@ts-chassis/core', '@ts-chassis/rest']);
    expect(packages({ metrics: true, tracing: true })).toEqual(
      ['core', 'metrics', 'rest', 'tracing'].map((name) => `@ts-chassis/${name}`),
    );
    const main = filesOf({ metrics: true })['src/main.ts'];
    expect(main).toContain('plugins: [rest(), prometheus()]');
    expect(main).not.toContain('zipkin');
  });

  it('believes callers, serves metrics and sends spans by its configuration', () => {
    const conf = filesOf({ metrics: true, tracing: true })['conf/chassis.yaml'];
    expect(conf).toContain('trust: peers');
    expect(conf).toMatch(/metrics:\n +enable: true/);
    expect(conf).toContain('URI: ${ZIPKIN_URI||}');
    expect(filesOf()['conf/chassis.yaml']).not.toMatch(/metrics|tracing/);
  });

  it.each(['minimal', 'crud'] as const)('parses as TypeScript: %s', (sample) => {
    for (const esm of [false, true]) {
      const files = filesOf({ sample, esm, metrics: true, tracing: true });
      for (const [path, text] of Object.entries(files).filter(([name]) => name.endsWith('ts'))) {
        const { diagnostics } = ts.transpileModule(text, { fileName: path, reportDiagnostics: true });
        expect(diagnostics, path).toEqual([]);
      }
      expect(JSON.parse(files['package.json']!)).toMatchObject({ type: esm ? 'module' : 'commonjs' });
    }
  });
});
