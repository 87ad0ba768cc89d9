// Awkward files against what the real kubectl makes of them (kubectl.json, recorded by record-awkward.ts).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readManifests } from '@sluice/kubernetes'
import { memoryPorts } from './memory-ports.ts'
import { asKubectlSends, DEVIATIONS, type Deviation } from './deviations.ts'

const FOLDER = join(import.meta.dirname, 'awkward')
const RECORD = JSON.parse(readFileSync(join(FOLDER, 'kubectl.json'), 'utf8')) as Readonly<
  Record<string, readonly unknown[] | null>
>
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'))

/** Our objects in kubectl's form, or our problems. */
async function readOurs(name: string) {
  const { ports } = memoryPorts({ [name]: readFileSync(join(FOLDER, name), 'utf8') })
  const read = await readManifests(
    { manifests: [name], render: 'none', valuesFiles: [], releaseName: null, namespace: null },
    ports,
  )
  return read.ok
    ? { objects: read.value.map(({ object }) => asKubectlSends(object)), problems: [] }
    : { objects: null, problems: read.problems.map((one) => `${one.where} ${one.message}`) }
}

test('there are at least 60, each recorded', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(60)
  expect(Object.keys(RECORD).toSorted()).toEqual(NAMES.toSorted())
})

describe('as kubectl reads it', () => {
  const same = NAMES.filter((name) => !Object.hasOwn(DEVIATIONS, name))
  test.each(same)('%s', async (name) => {
    const { objects } = await readOurs(name)
    expect(objects).toEqual(RECORD[name])
  })
})

describe('on purpose not as kubectl reads it', () => {
  test.each<[string, Deviation]>(Object.entries(DEVIATIONS))('%s', async (name, deviation) => {
    const { objects, problems } = await readOurs(name)
    expect({ kubectl: RECORD[name] === null ? 'refuses' : 'reads', objects, problems }).toEqual({
      kubectl: deviation.kubectl,
      objects: deviation.objects ?? null,
      problems: (deviation.problems ?? []).map((part) => expect.stringContaining(part)),
    })
  })
})
