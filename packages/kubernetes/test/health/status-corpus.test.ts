// Every case of kstatus' own tests against our rules; where we differ on purpose, the table says why.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import {
  defaultStatusOptions,
  statusOf,
  type HealthState,
  type StatusContext,
} from '../../src/health/index.ts'
import type { KubeObject } from '../../src/object.ts'

interface Case {
  readonly suite: string
  readonly case: string
  readonly object: string
  readonly expected: string
}

/** `case`: [kstatus, ours, why]. */
const DEVIATIONS: Readonly<Record<string, readonly [string, string, string]>> = {
  podCompletedFailed: ['Current', 'Failed', 'a pod that ended badly is not what was wanted'],
  jobInProgress: ['Current', 'InProgress', 'who applies a Job wants its work done'],
}

const WORDS: Readonly<Record<HealthState, string>> = {
  ready: 'Current',
  progressing: 'InProgress',
  failed: 'Failed',
  terminating: 'Terminating',
  paused: 'InProgress',
}

const NOW = Date.parse('2026-11-21T12:00:00Z')

const context: StatusContext = {
  now: NOW,
  since: NOW,
  written: null,
  lateClasses: new Set(),
  // What kstatus knows: no grace of its own for pods that crash, 15 s for those without a node.
  options: { ...defaultStatusOptions, unschedulableSeconds: 15, crashLoopFails: true },
}

const wordOf = (yaml: string): string => {
  const text = yaml.replace('%s', new Date(NOW).toISOString())
  // Two of the cases repeat a key.
  return WORDS[statusOf(parse(text, { uniqueKeys: false }) as KubeObject, context).state]
}

const PROJECT = fileURLToPath(new URL('../../../..', import.meta.url))
const CORPUS = process.env['SLUICE_CORPUS'] ?? resolve(PROJECT, '../shared/corpus')
const FILE = join(CORPUS, 'kstatus/cases.json')
const hasCorpus = existsSync(FILE)
if (!hasCorpus && process.env['SLUICE_CORPUS'] !== undefined) {
  throw new Error(`SLUICE_CORPUS names ${CORPUS}, and there is no ${FILE}`)
}
if (!hasCorpus) {
  process.stderr.write(
    `\nSKIPPED: there are no kstatus cases at ${FILE}. Set SLUICE_CORPUS to the corpus folder.\n\n`,
  )
}
const cases = hasCorpus ? (JSON.parse(readFileSync(FILE, 'utf8')) as Case[]) : []

const corpus = hasCorpus ? describe : describe.skip
corpus('kstatus', () => {
  test('every case has the word of kstatus, but for the deviations', () => {
    const found = cases.map((one) => `${one.case}: ${wordOf(one.object)}`)
    const wanted = cases.map((one) => `${one.case}: ${DEVIATIONS[one.case]?.[1] ?? one.expected}`)
    expect(found).toEqual(wanted)
    expect(cases.length).toBeGreaterThanOrEqual(53)
  })

  test.each(Object.entries(DEVIATIONS))('%s differs from kstatus on purpose', (name, [theirs]) => {
    expect(cases.find((one) => one.case === name)?.expected).toBe(theirs)
  })
})
