/** The path of a target in absolute form (`http://host/path`), as proxies send it; of any other, the target itself or `/`. */
export function pathOfTarget(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const slash = target.indexOf('/', target.indexOf('://') + 3);
  return target.includes('://') && slash >= 0 ? target.slice(slash) : '/';
}

const SLASH = 47;
