/** What most likely runs this program, for the message about erased types: `tsx`, Node's type stripping, or just a guess. */
export function likelyRunner(
  arguments_: readonly string[] = process.execArgv,
  features: object = process.features,
): string {
  const text = arguments_.join(' ');
  if (/\btsx\b/.test(text)) return 'tsx';
  if (/esbuild|esno|sucrase/.test(text)) return 'esbuild';
  if (/strip-types|transform-types/.test(text)) return "Node's type stripping";
  const typescript = (features as { typescript?: unknown }).typescript;
  if (typescript === 'strip' || typescript === 'transform') return "Node's type stripping";
  return 'a compiler without emitDecoratorMetadata (tsx, esbuild, type stripping)';
}
