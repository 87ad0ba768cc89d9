import { runAction } from '@sluice/action'
import { INPUTS, readConfig } from './config.ts'
import { createMain } from './main.ts'
import { loadPlatform } from './platform.ts'

await runAction({
  name: 'endpoint-test',
  inputs: INPUTS,
  readConfig,
  main: createMain(loadPlatform),
})
