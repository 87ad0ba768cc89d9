import { runAction } from '@sluice/action'
import { INPUTS, readConfig } from './config.ts'

await runAction({
  name: 'endpoint-deploy',
  inputs: INPUTS,
  readConfig,
  // Bundled with the rest, and run when the inputs are right: a wrong one is told without YAML.
  main: async (config, ports) => {
    const { main } = await import(/* webpackMode: "eager" */ './main.ts')
    return main(config, ports)
  },
})
