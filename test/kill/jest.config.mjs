// The kill suite alone: minutes of real processes, which `npm test` leaves out.
import base from '../../jest.config.mjs'

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/kill'],
  testPathIgnorePatterns: ['/node_modules/'],
  // A case starts three or four processes one after the other, so two cases share two cores well.
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/kill/count.mjs'],
}
