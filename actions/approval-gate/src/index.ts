import { runAction } from '@sluice/action'
import { INPUTS, readConfig } from './config.ts'
import { main } from './main.ts'

await runAction({ name: 'approval-gate', inputs: INPUTS, readConfig, main })
