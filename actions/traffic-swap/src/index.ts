import { runAction } from '@sluice/action'
import { INPUTS, readConfig } from './config.ts'
import { swapTraffic } from './main.ts'
import { restoreTraffic } from './restore.ts'

await runAction({
  name: 'traffic-swap',
  inputs: INPUTS,
  readConfig,
  main: swapTraffic,
  post: restoreTraffic,
})
