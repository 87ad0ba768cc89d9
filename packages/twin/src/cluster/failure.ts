// What goes wrong with a cluster, in words that say what to do.

export class ClusterFailure extends Error {
  override readonly name = 'ClusterFailure'
}

/** The parts are not here and cannot be made here. */
export class PartsMissing extends Error {
  override readonly name = 'PartsMissing'
}
