export * from './manifest.ts'
export { invalidManifests } from './invalid.ts'
export { parsePathList } from './finding.ts'
export { readManifests, type ManifestPorts, type ManifestsRequest, type Render } from './reading.ts'
