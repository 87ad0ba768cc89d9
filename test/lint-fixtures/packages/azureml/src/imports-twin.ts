import { startTwin } from '@sluice/twin'

export const start = startTwin
