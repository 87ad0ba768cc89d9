import { sep } from 'node:path'

export const one = 1
