import { weights } from '@sluice/rollout'

export const shared = weights
