import { runAction } from '@sluice/action'
import { inputs, readConfig } from './config.ts'
import { swapTraffic } from './main.ts'
import { restoreTraffic } from './restore.ts'

await runAction({
  name: 'traffic-swap',
  inputs,
  readConfig,
  main: swapTraffic,
  post: restoreTraffic,
})
