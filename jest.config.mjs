// One project: unit tests beside the packages, scenario and contract suites under test/.
// The condition `source` makes workspace packages resolve to their TypeScript, so no build is needed.
export default {
  testEnvironment: 'node',
  // As many as CI has cores; Jest itself would leave one of two idle.
  maxWorkers: 2,
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  roots: ['<rootDir>/packages', '<rootDir>/actions', '<rootDir>/cli', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/test/lint-fixtures/'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/lib/',
    '<rootDir>/test/kill/',
    '<rootDir>/test/cluster/',
    '/test/lint-fixtures/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
      },
    ],
  },
}
