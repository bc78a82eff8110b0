import { messageOf } from '../command-error.js';
import { projectName } from './project-name.js';
import type { Sample } from './project-options.js';

/** What may be left to questions. */
export interface Answers {
  readonly name: string | undefined;
  readonly sample: Sample | undefined;
  readonly metrics: boolean | undefined;
  readonly tracing: boolean | undefined;
}

/** Asks for what is missing, on standard error; who breaks off has cancelled. */
export async function ask(known: Answers): Promise<Answers | 'cancelled'> {
  const { confirm, isCancel, select, text } = await import('@clack/prompts');
  const output = process.stderr;
  const name =
    known.name ??
    (await text({
      message: 'What is the project called?',
      placeholder: 'my-service',
      validate: (typed) => faultOf(typed ?? ''),
      output,
    }));
  if (isCancel(name)) return 'cancelled';
  const sample = await select({
    message: 'What does it begin with?',
    options: [
      { value: 'minimal' as const, label: 'minimal', hint: 'one route' },
      { value: 'crud' as const, label: 'crud', hint: 'list, find, add and remove' },
    ],
    output,
  });
  if (isCancel(sample)) return 'cancelled';
  const metrics = await confirm({ message: 'Metrics for Prometheus?', output });
  if (isCancel(metrics)) return 'cancelled';
  const tracing = await confirm({ message: 'Traces for Zipkin?', output });
  if (isCancel(tracing)) return 'cancelled';
  return { name, sample, metrics, tracing };
}

function faultOf(typed: string): string | undefined {
  try {
    projectName(typed);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
