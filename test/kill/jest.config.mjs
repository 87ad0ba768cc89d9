// The kill suite alone: minutes of real processes, which `npm test` leaves out.
import base from '../../jest.config.mjs'

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/kill'],
  testPathIgnorePatterns: ['/node_modules/'],
}
