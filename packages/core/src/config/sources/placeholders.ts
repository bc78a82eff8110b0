/** `${NAME||default}`; `^^` and `,,` after the name change the case of the variable's value. */
const PLACEHOLDER = /\$\{([A-Za-z_]\w+)(\^\^|,,)?\|\|([^}]*)\}/g;

/**
 * Puts variables into a text: `${NAME||default}`, as go-chassis has it. An empty variable counts as unset; `${NAME}` without a default is
 * left as it is; a text with placeholders is trimmed.
 */
export function fillPlaceholders(text: string, environment: NodeJS.ProcessEnv): string {
  if (!text.includes('${')) return text;
  let found = false;
  const filled = text.replace(PLACEHOLDER, (_whole, name: string, change: string | undefined, fallback: string) => {
    found = true;
    const value = environment[name];
    if (value === undefined || value === '') return fallback;
    if (change === '^^') return value.toUpperCase();
    return change === ',,' ? value.toLowerCase() : value;
  });
  return found ? filled.trim() : text;
}
