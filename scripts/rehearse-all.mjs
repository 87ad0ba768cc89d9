// `npm run rehearse:all`: every scenario that `./rehearse --list` names, one after the other. A
// scenario passes when `./rehearse` says so by its exit code.
import { runChild } from './child.ts'
import { judgeRehearsal } from './rehearsal-verdict.ts'
import { reportTally } from './tally.ts'

const listed = await runChild('./rehearse', ['--list'], { quiet: true })
// One scenario a line, its name first; what follows the name is for people.
const scenarios = listed.output
  .split('\n')
  .map((line) => /^\s*([a-z][a-z0-9-]*)\b/.exec(line)?.[1])
  .filter((name) => name !== undefined)
if (listed.code !== 0 || scenarios.length === 0) {
  console.error(
    `./rehearse --list ended with ${listed.code} and names no scenario:\n${listed.output}`,
  )
  reportTally({ part: 'rehearsals', passed: 0, failed: 1 })
  process.exit(1)
}

const ended = { passed: [], failed: [], skipped: [] }
for (const scenario of scenarios) {
  console.log(`\n== rehearsal ${scenario}`)
  // The scenario `reject` is the one that is about an approver who says no.
  const answer = scenario === 'reject' ? '--reject' : '--approve'
  const { code, seconds } = await runChild('./rehearse', ['--scenario', scenario, answer])
  const { verdict, text } = judgeRehearsal(code, process.env.CI)
  console.log(`rehearsal ${scenario}: ${text}, ${seconds.toFixed(1)} s`)
  ended[verdict].push(scenario)
}
const { passed, failed, skipped } = ended
if (failed.length > 0) console.error(`not as expected: ${failed.join(', ')}`)
if (skipped.length > 0) {
  console.error(`\nSKIPPED: ${skipped.join(', ')}: this machine lacks what they need, see above.\n`)
}
reportTally({
  part: 'rehearsals',
  passed: passed.length,
  failed: failed.length,
  skipped: skipped.length,
})
process.exitCode = failed.length > 0 ? 1 : 0
