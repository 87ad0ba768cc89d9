import { door } from '../../http/src/door.ts'

export const inner = door
