// For random objects: what was applied holds, and no single change of it does.
import { expect, test } from '@jest/globals'
import { holds, type KubeObject } from '@sluice/kubernetes'
import fc from 'fast-check'
import { appliedBy, fieldsOfMap, kept, manifestOf, type JsonMap } from './server-model.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'image', 'replicas')
const scalar = fc.oneof(fc.string({ maxLength: 4 }), fc.integer({ min: -5, max: 5 }), fc.boolean())
/** Not one that a server leaves out. */
const full = scalar.filter((value) => value !== '' && value !== 0 && value !== false)
const whole = fc.oneof(
  fc.array(full, { minLength: 1, maxLength: 3 }),
  fc.dictionary(name, fc.oneof(full, fc.array(full, { minLength: 1, maxLength: 2 })), {
    minKeys: 1,
    maxKeys: 3,
  }),
)
const leaves = fc.dictionary(name, full, { minKeys: 1, maxKeys: 3 })
const named = fc
  .uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z'), leaves), {
    selector: ([key]) => key,
    minLength: 1,
    maxLength: 3,
  })
  .map((items) => items.map(([key, rest]) => ({ name: key, ...rest })))
const ports = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), {
    selector: ([port]) => port,
    minLength: 1,
    maxLength: 3,
  })
  .map((items) => items.map(([port, told]) => (told ? { port, protocol: 'UDP' } : { port })))
const tags = fc.uniqueArray(fc.constantFrom('p', 'q', 'r'), { minLength: 1, maxLength: 3 })
const spec = fc
  .record(
    {
      items: named,
      ports,
      tags,
      whole,
      plain: leaves,
      deep: fc.record({ items: named, plain: leaves }),
    },
    { requiredKeys: ['plain'] },
  )
  .map((value) => value as unknown as JsonMap)

const manager = 'sluice'

type Step = string | number

/** Paths of everything below, inner ones too. */
function pathsOf(value: unknown, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))
  return [path, ...inner]
}

function at(root: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<Step, unknown>)[step], root)
}

/** A copy in which one place was changed by `edit(parent, last step)`. */
function edited(
  root: JsonMap,
  path: readonly Step[],
  edit: (parent: Record<Step, unknown> & unknown[], last: Step) => void,
): JsonMap {
  const copy = structuredClone(root) as unknown as JsonMap
  const last = path.at(-1)
  edit(at(copy, path.slice(0, -1)) as Record<Step, unknown> & unknown[], last ?? '')
  return copy
}

const remove = (parent: Record<Step, unknown> & unknown[], last: Step) => {
  if (Array.isArray(parent)) parent.splice(last as number, 1)
  else delete (parent as Record<Step, unknown>)[last]
}

const withPath = spec.chain((value) =>
  fc.record({
    value: fc.constant(value),
    path: fc.constantFrom(...pathsOf(value).filter((path) => path.length > 0)),
  }),
)
const withLeaf = spec.chain((value) =>
  fc.record({
    value: fc.constant(value),
    path: fc.constantFrom(...pathsOf(value).filter((path) => typeof at(value, path) !== 'object')),
  }),
)

/** Somebody else owns all of `value` beside us. */
const ownedToo = (live: KubeObject, value: JsonMap): KubeObject => ({
  ...live,
  metadata: {
    ...live.metadata,
    managedFields: [
      ...(live.metadata.managedFields ?? []),
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: 'example.org/v1',
        fieldsV1: { 'f:spec': fieldsOfMap(value) },
      },
    ],
  },
})

test('what was applied holds', () => {
  fc.assert(
    fc.property(spec, (value) => {
      expect(holds({ manifest: manifestOf(value), live: appliedBy(value), manager })).toBe(true)
    }),
  )
})

test('what others added to maps and lists of ours is left alone', () => {
  fc.assert(
    fc.property(spec, (value) => {
      const live = appliedBy(value)
      const all = kept(value) as Record<string, unknown>
      const theirs = {
        ...all,
        theirs: 1,
        ...(all['items'] !== undefined && {
          items: [...(all['items'] as unknown[]), { name: 'sidecar' }],
        }),
      }
      expect(holds({ manifest: manifestOf(value), live: { ...live, spec: theirs }, manager })).toBe(
        true,
      )
    }),
  )
})

test('a value that changed in the manifest is written', () => {
  fc.assert(
    fc.property(withLeaf, ({ value, path }) => {
      const changed = edited(value, path, (parent, last) => {
        parent[last as number] = 'changed'
      })
      expect(holds({ manifest: manifestOf(changed), live: appliedBy(value), manager })).toBe(false)
    }),
  )
})

test('a field or item that left the manifest is written', () => {
  fc.assert(
    fc.property(withPath, ({ value, path }) => {
      // The default of a key: with it or without it is the same.
      fc.pre(path.at(-1) !== 'protocol')
      const less = edited(value, path, remove)
      expect(holds({ manifest: manifestOf(less), live: appliedBy(value), manager })).toBe(false)
    }),
  )
})

test('a field or item that came into the manifest is written, also when it is live already', () => {
  fc.assert(
    fc.property(withPath, ({ value, path }) => {
      fc.pre(path.at(-1) !== 'protocol')
      // Whoever changes a part of one value takes all of it.
      fc.pre(!path.slice(0, -1).includes('whole'))
      const less = edited(value, path, remove)
      const live = ownedToo({ ...appliedBy(less), spec: kept(value) }, value)
      expect(holds({ manifest: manifestOf(value), live, manager })).toBe(false)
    }),
  )
})

test('a value that changed on the server, or is gone there, is written', () => {
  fc.assert(
    fc.property(withLeaf, ({ value, path }) => {
      const live = appliedBy(value)
      const drifted = edited(value, path, (parent, last) => {
        parent[last as number] = 'drifted'
      })
      const gone = edited(value, path, remove)
      const manifest = manifestOf(value)
      expect(holds({ manifest, live: { ...live, spec: kept(drifted) }, manager })).toBe(false)
      fc.pre(path.at(-1) !== 'protocol')
      expect(holds({ manifest, live: { ...live, spec: kept(gone) }, manager })).toBe(false)
    }),
  )
})

test('another order of a list is written', () => {
  fc.assert(
    fc.property(spec, (value) => {
      const items = (value['items'] ?? []) as readonly unknown[]
      fc.pre(items.length > 1)
      const turned = { ...value, items: [...items].reverse() } as unknown as JsonMap
      const live = appliedBy(value)
      expect(holds({ manifest: manifestOf(turned), live, manager })).toBe(false)
    }),
  )
})

test('what another manager applied is not ours', () => {
  fc.assert(
    fc.property(spec, (value) => {
      const live = appliedBy(value, 'kubectl')
      expect(holds({ manifest: manifestOf(value), live, manager })).toBe(false)
    }),
  )
})
