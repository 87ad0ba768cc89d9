// `npm run bench [-- --runs <n>]`: how long every bundle takes to start, against a bundle of
// @actions/core alone that is built the same way. All are started in turn, round after round, so
// that a slow moment of the machine hits all of them; the figures are medians.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleFile } from './bundle.ts'
import { runNode } from './child.ts'
import { limits, prepareFirstCall } from './first-call.ts'
import { listActions, root } from './repository.ts'

const reachedFirstCall = 86
const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } })
const runs = Number(values.runs)

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const base = await bundleCore()
const subjects = [base, ...listActions().flatMap(subjectsOf)]

const samples = new Map(subjects.map((subject) => [subject, []]))
for (let round = 0; round < runs; round += 1)
  for (const subject of subjects) {
    const taken = samples.get(subject)
    // What went wrong once is not measured again.
    if (taken.every(({ wrong }) => wrong === null)) taken.push(await measure(subject))
  }

const baseMilliseconds = median(samples.get(base).map(({ milliseconds }) => milliseconds))
console.log(
  `${'start of'.padEnd(34)} ${'median'.padStart(9)} ${'ratio'.padStart(6)} ${'limit'.padStart(6)} ${'memory'.padStart(9)}`,
)
const verdicts = subjects.map(judge)
const failed = verdicts.filter((passed) => !passed).length
rmSync(folder, { recursive: true })
console.log(
  `${runs} rounds on node ${process.version}: ${failed === 0 ? 'all within the limits' : `${failed} over the limit or not measured`}`,
)
process.exitCode = failed === 0 ? 0 : 1

async function bundleCore() {
  // ncc resolves from where the entry stands: inside the checkout, in a folder that git ignores.
  const source = join(root, '.cache/bench')
  mkdirSync(source, { recursive: true })
  writeFileSync(join(source, 'package.json'), '{"type":"module"}\n')
  writeFileSync(
    join(source, 'index.js'),
    "import { getInput, setFailed } from '@actions/core'\nsetFailed(getInput('none') || 'no inputs')\n",
  )
  const out = join(folder, 'core')
  await bundleFile(join(source, 'index.js'), out)
  rmSync(source, { recursive: true })
  return {
    name: '@actions/core alone',
    bundle: join(out, 'index.js'),
    env: { HOME: folder },
    limit: null,
    code: 1,
  }
}

function subjectsOf(action) {
  const bundle = join(root, 'dist', action.name, 'index.js')
  const place = join(folder, action.name)
  mkdirSync(place)
  const call = prepareFirstCall(action, place)
  const without = { HOME: place, RUNNER_TEMP: place, GITHUB_ACTIONS: 'true' }
  return [
    { name: `${action.name}, no inputs`, bundle, env: without, limit: limits.github, code: 1 },
    call === null
      ? { name: `${action.name}, first call`, bundle: null }
      : { name: `${action.name}, first call`, bundle, ...call, code: reachedFirstCall },
  ]
}

async function measure(subject) {
  if (subject.bundle === null)
    return {
      milliseconds: NaN,
      kilobytes: NaN,
      wrong: 'scripts/first-call.ts has no inputs for it',
    }
  const report = join(folder, 'peak')
  const preload = join(root, 'scripts/bench-preload.mjs')
  const ended = await runNode(['--import', preload, subject.bundle], {
    cwd: subject.env.HOME,
    env: { ...subject.env, BENCH_REPORT: report },
    quiet: true,
    limitSeconds: 30,
  })
  // A bundle that does not even load ends with 1 as well, but without an annotation.
  const asWanted =
    ended.code === subject.code && (subject.code !== 1 || ended.output.includes('::error'))
  const wrong = asWanted
    ? null
    : `ended with ${ended.code}, wanted ${subject.code}:\n${ended.output.slice(0, 1500)}`
  return {
    milliseconds: ended.seconds * 1000,
    kilobytes: wrong ? NaN : Number(readFileSync(report, 'utf8')),
    wrong,
  }
}

function judge(subject) {
  const taken = samples.get(subject)
  const wrong = taken.find((sample) => sample.wrong !== null)?.wrong
  if (wrong !== undefined) {
    console.log(`${subject.name.padEnd(34)} not measured: ${wrong}`)
    return false
  }
  const milliseconds = median(taken.map((sample) => sample.milliseconds))
  const megabytes = median(taken.map((sample) => sample.kilobytes)) / 1000
  const ratio = milliseconds / baseMilliseconds
  const passed = subject.limit === null || ratio <= subject.limit
  console.log(
    [
      subject.name.padEnd(34),
      `${milliseconds.toFixed(0)} ms`.padStart(9),
      ratio.toFixed(2).padStart(6),
      (subject.limit === null ? '' : `${subject.limit}`).padStart(6),
      `${megabytes.toFixed(0)} MB`.padStart(9),
      passed ? '' : ' OVER THE LIMIT',
    ].join(' '),
  )
  return passed
}

function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
