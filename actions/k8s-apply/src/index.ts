import { runAction } from '@sluice/action'
import { INPUTS, readConfig } from './config.ts'
import { applyToKubernetes } from './main.ts'

await runAction({
  name: 'k8s-apply',
  inputs: INPUTS,
  readConfig,
  main: applyToKubernetes,
})
