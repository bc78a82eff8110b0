'use strict';

const { readdirSync } = require('node:fs');
const { coreRooms, topRoom, vendors, reachable, packagesBelow } = require('./scripts/arrows/rooms.cjs');

const packages = readdirSync('packages');
const escape = (text) => text.replaceAll('.', '\\.');
const tests = '\\.(test|fixture)\\.ts$';

const roomRules = Object.keys(coreRooms).map((room) => ({
  name: `room-${room}`,
  comment: `core/${room} may import: ${reachable(room).join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^packages/core/src/${room}/`, pathNot: tests },
  to: { path: '^packages/core/src/', pathNot: `^packages/core/src/(${[room, ...reachable(room)].join('|')})/` },
}));

const packageRules = packages.map((name) => {
  const { ring, allowed } = packagesBelow(name);
  // Rings 2 and 3 stand on published packages of lower rings; ring 2 on core alone.
  return {
    name: `ring-${ring}-${name}`,
    comment: `packages/${name} (ring ${ring}) may import: ${allowed.join(', ') || 'no other package'}`,
    severity: 'error',
    from: { path: `^packages/${name}/`, pathNot: tests },
    to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
  };
});

const deepRules = packages.map((name) => ({
  name: `deep-${name}`,
  comment: `other packages, samples and tests enter packages/${name} by an index.ts that its package.json names`,
  severity: 'error',
  from: { path: '^(packages|samples|test)/', pathNot: `^packages/${name}/` },
  to: { path: `^packages/${name}/`, pathNot: `^packages/${name}/(src/(dev-registry/)?index\\.ts|package\\.json)$` },
}));

const vendorRules = Object.entries(vendors).map(([library, places]) => ({
  name: `vendor-${library}`,
  comment: `${library} is loaded in ${places.join(' and ')} only`,
  severity: 'error',
  from: { path: '^packages/', pathNot: [`^(${places.map(escape).join('|')})`, tests] },
  to: { path: `node_modules/(@types/)?${escape(library)}/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...packageRules,
    ...deepRules,
    ...vendorRules,
    {
      name: 'known-room',
      comment: 'every folder of core is a room of scripts/arrows/rooms.cjs',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: {
        path: '^packages/core/src/[^/]+/',
        pathNot: `^packages/core/src/(${[...Object.keys(coreRooms), topRoom].join('|')})/`,
      },
    },
    {
      name: 'no-cycle',
      comment: 'no file reaches itself, type-only imports included',
      severity: 'error',
      from: { path: '^(packages|samples|test)/' },
      to: { circular: true },
    },
    {
      name: 'vendor-known',
      comment: 'a package loads only the third-party libraries that scripts/arrows/rooms.cjs names',
      severity: 'error',
      from: { path: '^packages/', pathNot: tests },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: `node_modules/(@types/)?(${Object.keys(vendors).map(escape).join('|')}|node)/`,
      },
    },
    {
      name: 'no-tests-in-sources',
      comment: 'what ships does not import a test',
      severity: 'error',
      from: { pathNot: `${tests}|^test/` },
      to: { path: tests },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(packages|samples|test)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    exclude: { path: '^(packages|samples)/[^/]+/dist/' },
    doNotFollow: { path: 'node_modules' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
