import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** Reads what Schemathesis recorded (`--report ndjson`) of one service: how many cases of what, the statuses, and every failed check. */
export async function readRecording(service, path) {
  const recording = { service, total: 0, phases: {}, modes: {}, answers: {}, failures: [] };
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const scenario = line.startsWith('{"ScenarioFinished"') ? JSON.parse(line).ScenarioFinished : undefined;
    if (scenario?.recorder?.cases) readScenario(recording, scenario);
  }
  return recording;
}

function readScenario(recording, { phase, recorder: { cases, interactions = {}, checks = {} } }) {
  for (const [id, { value }] of Object.entries(cases)) {
    recording.total += 1;
    count(recording.phases, phase);
    count(recording.modes, value.meta?.generation?.mode ?? 'unknown');
    const { request, response } = interactions[id] ?? {};
    const operation = `${value.method} ${value.path}`;
    count((recording.answers[operation] ??= {}), response?.status_code ?? 'none');
    const failed = (checks[id] ?? []).filter(({ status }) => status !== 'success');
    for (const check of failed)
      recording.failures.push(failureOf(check, { service: recording.service, request, response }));
  }
}

function failureOf({ name, failure_info: info }, { service, request, response }) {
  const { operation, type, title, message } = info?.failure ?? {};
  return {
    service,
    operation: operation ?? 'unknown',
    check: name,
    finding: type ?? name,
    title: [title, message].filter(Boolean).join(': '),
    request: request ? `${request.method} ${request.uri} ${textOf(request.body)}` : '',
    answer: response ? `${response.status_code} ${textOf(response.content)}` : 'no answer',
  };
}

function textOf(content) {
  return content?.$base64 === undefined ? '' : Buffer.from(content.$base64, 'base64').toString('utf8');
}

function count(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}
