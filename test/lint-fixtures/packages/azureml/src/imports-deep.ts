import { door } from '@sluice/http/src/door.ts'

export const inner = door
