// Whole lives of folders that nobody here wrote: applied, awaited, applied again, drifted and set back,
// pruned, deleted. After each step the server holds what kubectl makes of the same files.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runApply } from './action-bench.ts'
import { createApplyRig, type ApplyRig } from './apply-rig.ts'
import { CORPUS, describeCorpus } from './corpus.ts'
import { useCluster } from './harness.ts'
import { FOREIGN, kubectlLife, ourLife, type Course, type OurCourse } from './life/course.ts'
import { leftOut, lives, type Life } from './life/lives.ts'

// Its own: some of the objects are of the whole cluster, and other suites apply them too.
const cluster = useCluster({ own: true })

interface Lived {
  readonly ours: OurCourse
  readonly theirs: Course
}

describeCorpus('folders that nobody here wrote', () => {
  let rig: ApplyRig
  const lived = new Map<string, Promise<Lived>>()
  beforeAll(async () => {
    rig = await createApplyRig(cluster.kubeconfig)
    const bench = { cluster, rig, corpus: CORPUS }
    // One after the other: a name of the whole cluster is there once.
    const live = async (life: Life): Promise<Lived> => {
      const ours = await ourLife(bench, life)
      return { ours, theirs: await kubectlLife(bench, life) }
    }
    await makeHomes()
    for (const life of lives) lived.set(life.folder, live(life))
    await Promise.allSettled(lived.values())
  }, 180_000)
  afterAll(() => rig.api.close())

  async function makeHomes(): Promise<void> {
    for (const name of lives.flatMap(({ homes = [] }) => homes)) {
      const made = await cluster.kubectl('create', 'namespace', name)
      if (made.code !== 0) throw new Error(made.stderr)
    }
  }

  const courseOf = async ({ folder }: Life): Promise<Lived> => {
    const found = await lived.get(folder)
    if (found === undefined) throw new Error(`${folder} was not lived`)
    return found
  }

  describe.each(lives.map((life) => [life.folder, life] as const))('%s', (_, life) => {
    const verdict = life.notAwaited === undefined ? 'ready' : 'none'

    test(`is applied${life.notAwaited === undefined ? ' and awaited' : `; not awaited: ${life.notAwaited}`}`, async () => {
      const { ours, theirs } = await courseOf(life)
      expect(rowsOf(ours.ends.applied).filter((row) => row !== `created ${verdict}`)).toEqual([])
      expect(ours.ends.applied.exitCode).toBe(0)
      expect(ours.applied).toEqual(theirs.applied)
    })

    test('applied again: no write', async () => {
      const { ours, theirs } = await courseOf(life)
      expect(ours.ends.again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
      expect(ours.writesAgain).toEqual([])
      expect(ours.again).toEqual(theirs.applied)
    })

    test('drifted: our field is set back, the field of somebody else stays', async () => {
      const { ours, theirs } = await courseOf(life)
      expect(ours.drifted).not.toEqual(ours.applied)
      expect(ours.ends.back.outputs).toMatchObject({ configured: '1', created: '0', failed: '0' })
      expect(JSON.stringify(ours.back)).toContain(`"${FOREIGN}":"was-here"`)
      expect(withoutForeign(ours.back)).toEqual(ours.applied)
      expect(ours.back).toEqual(theirs.back)
    })

    test('what left the files is pruned', async () => {
      const { ours, theirs } = await courseOf(life)
      const outputs = { exitCode: 0, outputs: { failed: '0', created: '0', configured: '0' } }
      expect(ours.ends.pruned).toMatchObject(outputs)
      expect(ours.ends.pruned.outputs['deleted']).toBe(
        String(life.leaves.filter((name) => name.includes('/')).length),
      )
      expect(ours.pruned).toEqual(theirs.pruned)
    })

    test('deleted', async () => {
      const { ours, theirs } = await courseOf(life)
      expect(ours.ends.deleted).toMatchObject({ exitCode: 0, outputs: { outcome: 'deleted' } })
      const { beside: _, ...objects } = ours.deleted
      expect(Object.values(objects).filter((one) => one !== null)).toEqual([])
      expect(ours.deleted).toEqual(theirs.deleted)
    })
  })

  test.each(leftOut)('left out, $why: $files', async ({ files, ours, theirs }) => {
    const namespace = await cluster.namespace()
    const paths = files.map((file) => join(CORPUS, file))
    const step = await runApply(cluster, { namespace, inputs: { manifests: paths.join('\n') } })
    expect(step).toMatchObject({ exitCode: 1, outputs: {} })
    const lines =
      step.annotations
        .at(-1)
        ?.message.split('\n')
        .slice(1, 1 + files.length) ?? []
    expect(lines.map((line, index) => [line.includes(ours[index] ?? '?'), line])).toEqual(
      lines.map((line) => [true, line]),
    )
    expect(lines).toHaveLength(files.length)
    const named = paths.flatMap((path) => ['-f', path])
    const ran = await cluster.kubectl('apply', '--server-side', '-n', namespace, ...named)
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(theirs) })
  })

  test('no file is forgotten', () => {
    const all = ['kubernetes-demo', 'kubernetes-examples'].flatMap((folder) =>
      readdirSync(join(CORPUS, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ya?ml|json)$/.test(name))
        .map((name) => join(folder, name)),
    )
    const used = lives.flatMap(({ folder, files, later }) =>
      [...files, ...later].map((file) => join(folder, file)),
    )
    const known = new Set([...used, ...leftOut.flatMap(({ files }) => files)])
    expect(all.filter((file) => !known.has(file))).toEqual([])
  })
})

/** `created ready` of each object. */
const rowsOf = ({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) =>
  (
    JSON.parse(outputs['result'] ?? '[]') as readonly {
      readonly action: string
      readonly verdict: string
    }[]
  ).map(({ action, verdict }) => `${action} ${verdict}`)

const withoutForeign = (state: unknown): unknown => {
  if (Array.isArray(state)) return state.map(withoutForeign)
  if (typeof state !== 'object' || state === null) return state
  const kept = Object.entries(state)
    .filter(([name]) => name !== FOREIGN)
    .map(([name, inner]) => [name, withoutForeign(inner)] as const)
    .filter(([name, inner]) => name !== 'labels' || JSON.stringify(inner) !== '{}')
  return Object.fromEntries(kept)
}
