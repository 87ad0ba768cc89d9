import { info } from '@actions/core'

export const say = info
