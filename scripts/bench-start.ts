// How long every bundle takes to start, against a bundle of @actions/core alone that is built the
// same way. All are started in turn, round after round, so that a slow moment of the machine hits
// all of them; the figures are medians.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './bench-figures.ts'
import { bundleFile } from './bundle.ts'
import { runNode } from './child.ts'
import { limits, prepareFirstCalls } from './first-call.ts'
import { type ActionFolder, listActions, root } from './repository.ts'

const reachedFirstCall = 86
const preload = join(root, 'scripts/bench-preload.mjs')

interface Subject {
  readonly name: string
  /** null: nothing says how it reaches its first call. */
  readonly bundle: string | null
  readonly env: Readonly<Record<string, string>>
  readonly limit: number | null
  /** What it ends with when all is well. */
  readonly code: number
}

interface Sample {
  readonly milliseconds: number
  readonly kilobytes: number
  readonly wrong: string | null
}

/** True: all are within their limits. `folder` is empty, and its caller's to remove. */
export async function benchStart(folder: string, runs: number): Promise<boolean> {
  const base = await bundleCore(folder)
  const subjects = [base, ...listActions().flatMap((action) => subjectsOf(action, folder))]
  const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < runs; round += 1)
    for (const [subject, taken] of samples) {
      // What went wrong once is not measured again.
      if (taken.every(({ wrong }) => wrong === null)) taken.push(await measure(subject, folder))
    }
  const ofBase = (samples.get(base) ?? []).map(({ milliseconds }) => milliseconds)
  console.log(
    `${'start of'.padEnd(40)} ${'median'.padStart(9)} ${'ratio'.padStart(6)} ${'limit'.padStart(6)} ${'memory'.padStart(9)}`,
  )
  const verdicts = [...samples].map(([subject, taken]) => judge(subject, taken, median(ofBase)))
  const failed = verdicts.filter((passed) => !passed).length
  const said = failed === 0 ? 'all within the limits' : `${failed} over the limit or not measured`
  console.log(`${runs} rounds on node ${process.version}: ${said}`)
  return failed === 0
}

async function bundleCore(folder: string): Promise<Subject> {
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

function subjectsOf(action: ActionFolder, folder: string): readonly Subject[] {
  const bundle = join(root, 'dist', action.name, 'index.js')
  const place = join(folder, action.name)
  mkdirSync(place)
  const calls = prepareFirstCalls(action, place)
  const env = { HOME: place, RUNNER_TEMP: place, GITHUB_ACTIONS: 'true' }
  const none = { name: `${action.name}, first call`, bundle: null, env, limit: null, code: 0 }
  return [
    { name: `${action.name}, no inputs`, bundle, env, limit: limits.github, code: 1 },
    ...(calls.length === 0
      ? [none]
      : calls.map((call) => ({ ...call, bundle, code: reachedFirstCall }))),
  ]
}

async function measure(subject: Subject, folder: string): Promise<Sample> {
  if (subject.bundle === null) return notMeasured('scripts/first-call.ts has no inputs for it')
  const report = join(folder, 'peak')
  const ended = await runNode(['--import', preload, subject.bundle], {
    ...(subject.env['HOME'] !== undefined && { cwd: subject.env['HOME'] }),
    env: { ...subject.env, BENCH_REPORT: report },
    quiet: true,
    limitSeconds: 30,
  })
  // A bundle that does not even load ends with 1 as well, but without an annotation.
  const asWanted =
    ended.code === subject.code && (subject.code !== 1 || ended.output.includes('::error'))
  if (!asWanted)
    return notMeasured(
      `ended with ${ended.code}, wanted ${subject.code}:\n${ended.output.slice(0, 1500)}`,
    )
  return {
    milliseconds: ended.seconds * 1000,
    kilobytes: Number(readFileSync(report, 'utf8')),
    wrong: null,
  }
}

const notMeasured = (wrong: string): Sample => ({ milliseconds: NaN, kilobytes: NaN, wrong })

function judge(subject: Subject, taken: readonly Sample[], baseMilliseconds: number): boolean {
  const wrong = taken.find((sample) => sample.wrong !== null)?.wrong ?? null
  if (wrong !== null) {
    console.log(`${subject.name.padEnd(40)} not measured: ${wrong}`)
    return false
  }
  const milliseconds = median(taken.map((sample) => sample.milliseconds))
  const megabytes = median(taken.map((sample) => sample.kilobytes)) / 1000
  const ratio = milliseconds / baseMilliseconds
  const passed = subject.limit === null || ratio <= subject.limit
  console.log(
    [
      subject.name.padEnd(40),
      `${milliseconds.toFixed(0)} ms`.padStart(9),
      ratio.toFixed(2).padStart(6),
      (subject.limit === null ? '' : `${subject.limit}`).padStart(6),
      `${megabytes.toFixed(0)} MB`.padStart(9),
      passed ? '' : ' OVER THE LIMIT',
    ].join(' '),
  )
  return passed
}
