// k8s-apply against kubectl and helm on one real control plane: the same objects, a new namespace for
// each contender, the first apply, a quiet time, and the apply that has nothing to do. The order
// turns from round to round; the figures are medians.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBed, type Bed } from './bench-bed.ts'
import {
  helm,
  kubectlClientSide,
  kubectlServerSide,
  sluice,
  type Contender,
} from './bench-contenders.ts'
import { countRequests, type Count } from './bench-counted.ts'
import { isWithin, median, renderFigure, type Figure } from './bench-figures.ts'
import { kindsWritten, writeChart, writeJsonObjects, writeObjects } from './bench-objects.ts'
import { runTimed, type Cost } from './bench-timed.ts'
import { measureVerdicts } from './bench-verdict.ts'

const MANY = 1000
/** For client-side kubectl alone: with 1,000 objects its second run takes over a minute. */
const FEW = 100
/** The first seconds after an apply are busy for the server. */
const QUIET_MS = 6000

/** Without waiting for readiness: the others do not wait either. */
const ours = sluice('k8s-apply', { wait: 'false' })
const oursJson = sluice('k8s-apply, JSON files', { wait: 'false' })
const oursFew = sluice('k8s-apply', { wait: 'false' })

interface Entry {
  readonly contender: Contender
  readonly count: number
  readonly manifests: string
  readonly firsts: Cost[]
  readonly agains: Cost[]
}

/** True: all is within the limits. `folder` is its caller's to remove. */
export async function benchApply(folder: string, runs: number): Promise<boolean> {
  const bed = await openBed()
  if (bed === null) return false
  try {
    const entries = prepare(folder)
    const counted = join(folder, 'counted')
    mkdirSync(counted)
    // Before the rounds leave the controllers with work for minutes.
    const verdicts = await measureVerdicts(bed, join(folder, 'verdict'))
    const counts = await countRequests(bed, { folder: counted, manifests: join(folder, 'many') })
    for (const entry of entries) await warmUp(bed, entry, folder)
    for (let round = 0; round < runs; round += 1)
      for (let turn = 0; turn < entries.length; turn += 1) {
        const entry = entries[(round + turn) % entries.length]
        if (entry !== undefined) await runOnce(bed, entry, folder)
      }
    renderTable(entries, runs)
    const figures = [...ratios(entries), ...countFigures(counts), ...verdicts]
    for (const figure of figures) console.log(renderFigure(figure))
    const over = figures.filter((figure) => !isWithin(figure)).length
    console.log(over === 0 ? 'all within the limits' : `${over} over the limit or not measured`)
    return over === 0
  } finally {
    await bed.stop()
  }
}

function prepare(folder: string): readonly Entry[] {
  writeObjects(join(folder, 'many'), MANY)
  writeObjects(join(folder, 'few'), FEW)
  writeJsonObjects(join(folder, 'json'), MANY)
  writeChart(join(folder, 'chart'), MANY)
  const rows = [
    [ours, MANY, 'many'],
    [kubectlServerSide, MANY, 'many'],
    [helm, MANY, 'chart'],
    [oursJson, MANY, 'json'],
    [oursFew, FEW, 'few'],
    [kubectlClientSide, FEW, 'few'],
  ] as const
  return rows.map(([contender, count, name]) => {
    const manifests = join(folder, name)
    return { contender, count, manifests, firsts: [], agains: [] }
  })
}

/** Discovery that kubectl keeps, and programs in the system's cache: nobody pays for being first. */
async function warmUp(bed: Bed, { contender }: Entry, folder: string): Promise<void> {
  const place = join(folder, 'home')
  const manifests = join(folder, contender === helm ? 'warm-chart' : 'warm')
  writeObjects(join(folder, 'warm'), 5)
  writeChart(join(folder, 'warm-chart'), 5)
  mkdirSync(place, { recursive: true })
  const task = { facts: bed.facts, folder: place, namespace: await bed.namespace(), manifests }
  await runTimed(contender.first(task), place)
}

async function runOnce(bed: Bed, entry: Entry, folder: string): Promise<void> {
  const { contender, manifests, firsts, agains } = entry
  // What went wrong once is not measured again.
  if ([...firsts, ...agains].some(({ code }) => code !== 0)) return
  const place = join(folder, 'home')
  const task = { facts: bed.facts, folder: place, namespace: await bed.namespace(), manifests }
  firsts.push(await runTimed(contender.first(task), place))
  await sleep(QUIET_MS)
  agains.push(await runTimed(contender.again(task), place))
}

function renderTable(entries: readonly Entry[], runs: number): void {
  console.log(
    `\n${'apply to a real control plane'.padEnd(34)} ${'objects'.padStart(7)} ${'first'.padStart(9)} ${'CPU'.padStart(9)} ${'again'.padStart(9)} ${'CPU'.padStart(9)}`,
  )
  for (const entry of entries) {
    const { contender, count, firsts, agains } = entry
    const bad = [...firsts, ...agains].find(({ code }) => code !== 0)
    const cells = [firsts, agains].flatMap((costs) => [
      secondsOf(costs, 'seconds'),
      secondsOf(costs, 'cpuSeconds'),
    ])
    const said =
      bad === undefined
        ? cells.map((value) => `${value.toFixed(2)} s`.padStart(9)).join(' ')
        : `not measured: ended with ${bad.code}:\n${bad.output.slice(-1500)}`
    console.log(`${contender.name.padEnd(34)} ${String(count).padStart(7)} ${said}`)
  }
  console.log(
    `medians of ${runs} rounds; ${QUIET_MS / 1000} s between first and again; client-side kubectl with ${FEW} objects, because its second run takes over a minute with ${MANY}\n`,
  )
}

function secondsOf(costs: readonly Cost[], key: 'seconds' | 'cpuSeconds'): number {
  return costs.every(({ code }) => code === 0) ? median(costs.map((cost) => cost[key])) : NaN
}

function ratios(entries: readonly Entry[]): readonly Figure[] {
  const against = (mine: Contender, other: Contender, name: string) => {
    const [a, b] = [mine, other].map((one) => entries.find(({ contender }) => contender === one))
    const ratio = (what: 'firsts' | 'agains', key: 'seconds' | 'cpuSeconds'): number =>
      secondsOf(a?.[what] ?? [], key) / secondsOf(b?.[what] ?? [], key)
    const figure = (
      what: 'firsts' | 'agains',
      key: 'seconds' | 'cpuSeconds',
      limit: number | null,
    ): Figure => ({
      name: `${name}: ${what === 'firsts' ? 'first' : 'again'}, ${key === 'seconds' ? 'wall time' : 'processor time'}`,
      value: ratio(what, key),
      limit,
      unit: '',
    })
    return figure
  }
  const serverSide = against(ours, kubectlServerSide, 'against kubectl --server-side')
  const toHelm = against(ours, helm, 'against helm')
  const clientSide = against(oursFew, kubectlClientSide, 'against kubectl client-side')
  return [
    serverSide('firsts', 'seconds', 0.45),
    serverSide('firsts', 'cpuSeconds', 1),
    serverSide('agains', 'seconds', 0.12),
    serverSide('agains', 'cpuSeconds', null),
    toHelm('firsts', 'seconds', null),
    toHelm('agains', 'seconds', null),
    clientSide('firsts', 'seconds', null),
    clientSide('agains', 'seconds', null),
  ]
}

function countFigures({ first, again }: { readonly first: Count; readonly again: Count }) {
  const budget = (differ: number): number => differ + 2 * kindsWritten + 15
  for (const { wrong } of [first, again]) if (wrong !== null) console.log(`counted run ${wrong}`)
  const list = [...again.byVerb].map(([name, times]) => `${times} ${name}`).join(', ')
  console.log(`requests with nothing to do: ${list}`)
  const figures: readonly (readonly [string, Count, number, number | null])[] = [
    ['first', first, MANY, null],
    ['again', again, 0, 0],
  ]
  return figures.flatMap(([name, count, differ, writes]): readonly Figure[] => {
    const told = (value: number): number => (count.wrong === null ? value : NaN)
    return [
      {
        name: `requests, ${name}`,
        value: told(count.requests),
        limit: budget(differ),
        unit: 'requests',
      },
      { name: `writes, ${name}`, value: told(count.writes), limit: writes, unit: 'writes' },
      { name: `peak memory, ${name}`, value: told(count.megabytes), limit: 200, unit: 'MB' },
    ]
  })
}
