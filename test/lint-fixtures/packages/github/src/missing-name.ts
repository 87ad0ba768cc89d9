import * as counts from './counts.ts'

export const total = (): unknown => counts.total
