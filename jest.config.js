// Jest 30 as ESM: swc turns TypeScript into modules, Node's --experimental-vm-modules runs them (see the "jest" script).
const swc = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^belfry$': '<rootDir>/src/index.ts', '^belfry/sdk$': '<rootDir>/client/sdk/index.ts' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  ...extra,
});

export default {
  projects: [
    project('unit', [
      '<rootDir>/src/**/*.spec.ts',
      '<rootDir>/client/**/*.spec.ts',
      '<rootDir>/test/faults/**/*.spec.ts',
      '<rootDir>/bench/**/*.spec.ts',
    ]),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts', '<rootDir>/examples/**/*.spec.ts']),
    project('conformance', ['<rootDir>/test/conformance/**/*.spec.ts']),
    project('browser', ['<rootDir>/test/browser/**/*.spec.ts']),
  ],
  testTimeout: 30_000,
  // Most tests wait for sockets and processes rather than compute: one worker less than cores would leave a small machine idle.
  maxWorkers: '100%',
};
