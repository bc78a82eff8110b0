import type { ProjectOptions } from '../project-options.js';

/** The page that says how the project is worked on. */
export function readme({ name, sample, metrics, tracing, esm, packageManager }: ProjectOptions): string {
  const run = packageManager === 'npm' ? 'npm run' : packageManager;
  const plain = esm ? 'node --loader ts-node/esm src/main.ts' : 'npx ts-node src/main.ts';
  const call =
    sample === 'crud'
      ? `curl -X POST http://127.0.0.1:8080/notes -H 'content-type: application/json' -d '{"text":"first"}'\ncurl http://127.0.0.1:8080/notes`
      : 'curl http://127.0.0.1:8080/greetings/Ada';
  const more = [
    `\`/openapi.json\` describes it, \`/healthz\` tells whether it is well${metrics ? ', `/metrics` is for Prometheus' : ''}.`,
    ...(tracing ? ['Spans go to the Zipkin named by `ZIPKIN_URI`, such as `http://127.0.0.1:9411/api/v2/spans`.'] : []),
  ];
  return `# ${name}

A service made with ts-chassis.

\`\`\`sh
${run} dev          # runs it and starts it anew on every change
${packageManager} test             # the tests: no ports, no sleeps
${run} build        # compiles to dist/
${packageManager} start            # runs what was compiled
${plain}
\`\`\`

\`\`\`sh
${call}
\`\`\`

${more.join('\n')}

| where | what |
|---|---|
| \`src/*/*.contract.ts\` | what is offered: routes, types, rules; shared with who calls it |
| \`src/*/*.service.ts\` | the work |
| \`src/app.module.ts\` | what the service is made of |
| \`src/main.ts\` | the program |
| \`conf/\` | configuration; a running service follows changes of what is live |

\`npx chassis generate schema|handler|consumer <name>\` adds parts, \`npx chassis inspect routes|chain|config\` shows what is there,
\`npx chassis doctor\` says what is wrong with the surroundings.
`;
}
