const [major, minor] = process.versions.node.split('.').map(Number);

/** Ends the process with one readable line on a Node.js older than the packages allow. */
export function requireNode() {
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`ts-chassis needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath}).`);
  process.exit(1);
}
