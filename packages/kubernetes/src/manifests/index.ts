export * from './manifest.ts'
export { invalidManifests } from './invalid.ts'
export { parsePathList } from './finding.ts'
export { readManifests, type ManifestPorts, type ManifestsRequest, type Render } from './reading.ts'
export { placeManifests, type Placing } from './placing.ts'
export {
  replaceImages,
  type ImageOptions,
  type ReplacedImage,
  type ReplacedImages,
} from './images.ts'
export {
  parseImageReference,
  renderImageReference,
  repositoryOf,
  type ImageReference,
} from './image-reference.ts'
export { secretValuesOf } from './secret-values.ts'
export {
  adviceOf,
  ROLLBACK_ANNOTATION,
  STRATEGY_ANNOTATION,
  type Advice,
  type Practice,
} from './practices.ts'
