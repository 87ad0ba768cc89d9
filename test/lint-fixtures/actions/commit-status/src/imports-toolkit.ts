import { setOutput } from '@actions/core'

export const put = setOutput
