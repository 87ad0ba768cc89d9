import { main } from '@sluice/commit-status'

export const upwards = main
