import { MemoryPlatform } from '../doubles/memory-platform.ts'
import { describePlatform } from './platform-contract.ts'

describePlatform('memory', () => {
  const platform = new MemoryPlatform()
  return Promise.resolve({
    platform,
    workload: { image: 'churn:1' },
    slots: ['blue', 'green'],
    outsider: (traffic) => {
      platform.state.traffic = { ...traffic }
      platform.state.version += 1
      return Promise.resolve()
    },
    unknownFields: () => Promise.resolve(platform.state.unknown),
    trafficWrites: () => platform.trafficLog.length,
    close: () => Promise.resolve(),
  })
})
