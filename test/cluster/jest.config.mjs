// The suites against a real control plane (`npm run test:cluster`), which `npm test` leaves out.
import base from '../../jest.config.mjs'

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/cluster'],
  // The traffic suites have a project of their own.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/traffic/'],
  testEnvironment: '<rootDir>/test/cluster/environment.mjs',
  globalSetup: '<rootDir>/test/cluster/global-setup.mjs',
  globalTeardown: '<rootDir>/test/cluster/global-teardown.mjs',
  // Most of a suite is waiting for pods: one more than the cores keeps them busy.
  maxWorkers: 3,
  testTimeout: 60_000,
}
