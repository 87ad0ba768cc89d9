// Rehearsals as a library: the command and the scenario suites play the same ones.
export { CLIENTS, registerVersion, SUBSCRIPTION, TENANT } from './cloud.ts'
export { readDescription, type Description } from './description.ts'
export { differences, readExpectations, type Expectation } from './expectation.ts'
export { trafficOf, type RehearsalReport } from './outcome.ts'
export { rehearse, type Rehearsed } from './rehearse.ts'
export { scenarios, type Scenario } from './scenarios.ts'
export { Stage as RehearsalStage } from './stage.ts'
export { Timeline } from './timeline.ts'
