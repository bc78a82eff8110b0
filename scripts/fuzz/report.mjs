import { checks, left } from './checks.mjs';

/** The report as Markdown. */
export function reportOf({ tool, seed, recordings, exceptions, findings, seconds }) {
  const total = recordings.reduce((sum, recording) => sum + recording.total, 0);
  return `# Fuzz report

\`npm run test:fuzz\` starts the shop and lets [Schemathesis](https://schemathesis.readthedocs.io/) make requests from the document
that each service serves itself (\`/openapi.json\`): valid ones, invalid ones and sequences of calls. Each service is fuzzed beside a
fresh copy of the other, so that deleted books of one run are not missed in the other. This page is what
\`npm run test:fuzz -- --write\` wrote.

| | |
|---|---|
| tool | ${tool} |
| seed | ${seed} |
| cases | ${total} (at least 10,000 are asked for) |
| time | ${seconds} s |
| findings | ${findings.length} |
| excepted | ${exceptions.length} of at most 3 |

Inputs are the same for a seed; identifiers and times that the services make up are not, so that the number of cases that follow
from earlier answers differs a little from run to run.

## Cases

${table(['service', 'cases', 'valid', 'invalid', 'by phase'], recordings.map(caseRow))}

## Answers

What was answered how often. A status below 400 has to be named by number in the document.

${table(['service', 'operation', 'statuses'], recordings.flatMap(answerRows))}

## Checks

${table(
  ['check', 'what it says'],
  Object.entries(checks).map(([name, why]) => [`\`${name}\``, why]),
)}

Not asked: ${Object.entries(left)
    .map(([name, why]) => `\`${name}\` (${why})`)
    .join(', ')}.

## Excepted findings

Listed in \`test/fuzz/exceptions.json\`; each covers one kind of finding of one operation with one answer.

${exceptions.length === 0 ? 'None.' : exceptions.map(exceptionLine).join('\n')}

## Findings

${findings.length === 0 ? 'None.' : findings.map(findingLines).join('\n\n')}
`;
}

function caseRow({ service, total, modes, phases }) {
  const byPhase = Object.entries(phases).map(([phase, cases]) => `${phase} ${cases}`);
  return [service, total, modes.positive ?? 0, modes.negative ?? 0, byPhase.join(', ')];
}

function answerRows({ service, answers }) {
  return Object.keys(answers)
    .sort()
    .map((operation) => [
      service,
      `\`${operation}\``,
      Object.entries(answers[operation])
        .map(([status, times]) => `${status}: ${times}`)
        .join(', '),
    ]);
}

function exceptionLine({ service, operation, finding, reason, times }) {
  return `- \`${service}\` \`${operation}\` ${finding}, ${times} times: ${reason}`;
}

function findingLines({ service, operation, title, request, answer, times }) {
  return `### ${service}: ${operation}: ${title.split('\n')[0]} (${times} times)

\`\`\`text
${title}
${request.slice(0, 2000)}
${answer.slice(0, 2000)}
\`\`\``;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
