// The rooms of the house, top to bottom: an import may point down this list, never up.
const rooms = [
  'main|index|app.module|server',
  'belfry.module',
  'api',
  'health',
  'metrics',
  'channels',
  'access',
  'engine',
  'gateway',
  'settings',
  'protocol',
];

const upward = rooms.map((room, depth) => ({
  name: `nothing-below-imports-${room.split('|')[0]}`,
  comment: 'Imports point down the list of rooms in docs/architecture.md, never up.',
  severity: 'error',
  from: { path: `^src/(${rooms.slice(depth + 1).join('|') || '$none'})(/|\\.|$)`, pathNot: '\\.(spec|contract)\\.ts$' },
  to: { path: `^src/(${room})(/|\\.|$)` },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'engine-and-gateway-are-strangers',
      comment: 'The log knows no sockets, the floor knows no log; channels bring them together.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/gateway/' },
    },
    {
      name: 'no-circles',
      comment: 'Files that import each other are one file in two places.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'protocol-is-a-leaf',
      comment: 'The SDK shares src/protocol with the server: no Nest, nothing of ours, no package.',
      severity: 'error',
      from: { path: '^src/protocol/', pathNot: '\\.(spec|contract)\\.ts$' },
      to: { pathNot: '^src/protocol/' },
    },
    {
      name: 'client-knows-only-the-protocol',
      comment: 'Browser code may import src/protocol and nothing else of the server.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^src/', pathNot: '^src/protocol/' },
    },
    {
      name: 'examples-are-strangers',
      comment: 'An example imports what anybody can: the public entries of the package. Its spec may use the test kit.',
      severity: 'error',
      from: { path: '^examples/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(src|client|test|scripts|bench)/', pathNot: '^(src/index|client/sdk/index)\\.ts$' },
    },
    {
      name: 'src-stands-alone',
      comment: 'The server imports neither tests nor the page.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(spec|contract)\\.ts$' },
      to: { path: '^(test|client|examples|scripts|bench)/' },
    },
    {
      name: 'no-dev-dependency-in-src',
      comment: 'What the built server imports must be installed in production.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(spec|contract)\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment:
        'Every import leads somewhere; what stands in dist/ or bench/node_modules is there only when it is wanted.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '(^|/)dist/|^socket\\.io$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
