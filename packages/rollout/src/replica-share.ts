// Shares that whole replicas give: the active slot keeps its size, a step scales the candidate alone.

/** Replicas of the candidate that come nearest to `percent` (1 to 99) beside `active` replicas; at least 1. */
export const replicasFor = (percent: number, active: number): number =>
  Math.max(1, Math.round((active * percent) / (100 - percent)))

/** Percent of requests that `candidate` replicas get beside `active` ones, one decimal; 0 when there are none. */
export const shareOf = (candidate: number, active: number): number =>
  candidate + active === 0 ? 0 : Math.round((1000 * candidate) / (candidate + active)) / 10
