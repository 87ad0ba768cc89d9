// The suites with real requests through a real gateway. `npm run test:cluster` runs them after the others,
// inside a network namespace of their own; they need one another's silence, so there is one worker.
import base from '../jest.config.mjs'

export default {
  ...base,
  rootDir: '../../..',
  roots: ['<rootDir>/test/cluster/traffic'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/cluster/traffic/global-setup.mjs',
  globalTeardown: '<rootDir>/test/cluster/traffic/global-teardown.mjs',
  maxWorkers: 1,
}
