// `npm test`: lint, types, dist, tests, in this order. All of them run, so that one run names
// everything that is wrong; each is timed.
import { runNode } from './child.ts'
import { reportTally } from './tally.ts'

const ours = ['--conditions=source', '--import', './scripts/node24.mjs']
const parts = [
  { name: 'lint', args: [...ours, 'scripts/lint.mjs'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-b'] },
  { name: 'dist', args: [...ours, 'scripts/check-dist.mjs'] },
  // Counts itself, test by test.
  { name: 'tests', args: [...ours, 'scripts/test.mjs', ...process.argv.slice(2)], counts: true },
]

console.log(`node ${process.version}`)
const ended = []
for (const part of parts) {
  console.log(`\n== ${part.name}`)
  const { code, seconds } = await runNode(part.args)
  if (!part.counts)
    reportTally({ part: part.name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 })
  ended.push({ name: part.name, code, seconds })
}

console.log('')
for (const { name, code, seconds } of ended)
  console.log(
    `${name.padEnd(6)} ${code === 0 ? 'passed' : 'FAILED'} ${seconds.toFixed(1).padStart(6)} s`,
  )
process.exitCode = ended.some(({ code }) => code !== 0) ? 1 : 0
