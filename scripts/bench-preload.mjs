// Loaded into every measured child: its peak memory is written on the way out, and the first
// connection that it tries is the end of the measurement (with BENCH_CONNECT it may go on).
import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'

/** No exit code of ours: a child that ends with it has reached its first call. */
const reachedFirstCall = 86

if (process.env.BENCH_CONNECT !== 'true')
  Socket.prototype.connect = () => process.exit(reachedFirstCall)
process.on('exit', () => {
  writeFileSync(process.env.BENCH_REPORT, String(process.resourceUsage().maxRSS))
})
