import { runAction } from '@sluice/action'
import { INPUTS, readConfig } from './config.ts'
import { main } from './main.ts'

await runAction({ name: 'endpoint-deploy', inputs: INPUTS, readConfig, main })
