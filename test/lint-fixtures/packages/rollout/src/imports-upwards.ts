import { decide } from '@sluice/evidence'

export const decided = decide
