// Where we read awkward files otherwise than kubectl, and why.
import type { KubeObject } from '@sluice/kubernetes'

export interface Deviation {
  readonly why: string
  readonly kubectl: 'reads' | 'refuses'
  /** What we read, in kubectl's form; not there: we refuse. */
  readonly objects?: readonly unknown[]
  /** Parts of our problems, all of them. */
  readonly problems?: readonly string[]
}

/** kubectl fills in a namespace and room for its annotation before anything else. */
export function asKubectlSends(object: KubeObject): unknown {
  const { metadata } = object
  return { ...object, metadata: { namespace: 'default', annotations: {}, ...metadata } }
}

const configMap = (name: string, more: object = {}): unknown => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'default', annotations: {}, name },
  ...more,
})

const tooLarge = 'cannot be carried exactly; put quotes around a text'
const damaged = 'JavaScript cannot hold the number, and kubectl itself damages those beyond 2^63'
const silent = 'kubectl keeps the last one without a word'
const tag = 'the tag means nothing in JSON'

export const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  'directive.yml': {
    why: 'it says what is so: the rules are those of 1.1',
    kubectl: 'refuses',
    objects: [configMap('h1')],
  },
  'duplicate-key.yml': {
    why: silent,
    kubectl: 'reads',
    problems: ['duplicate-key.yml:8 the key a stands twice'],
  },
  'duplicate-key-resolved.yml': {
    why: silent,
    kubectl: 'reads',
    problems: ['duplicate-key-resolved.yml:7 the key true stands twice'],
  },
  'json-duplicate-key.yml': {
    why: silent,
    kubectl: 'reads',
    problems: ['json-duplicate-key.yml:1 the key name stands twice'],
  },
  'generate-name.yml': {
    why: 'it is created, not applied',
    kubectl: 'refuses',
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'default', annotations: {}, generateName: 't-' },
      },
    ],
  },
  'integer-hexadecimal-large.yml': { why: damaged, kubectl: 'reads', problems: [tooLarge] },
  'integer-too-large.yml': { why: damaged, kubectl: 'reads', problems: [tooLarge] },
  'integer-unsigned.yml': { why: damaged, kubectl: 'reads', problems: [tooLarge] },
  'json-integer-too-large.yml': { why: damaged, kubectl: 'reads', problems: [tooLarge] },
  'list-nested.yml': {
    why: 'nothing about it is unclear',
    kubectl: 'refuses',
    objects: [configMap('r1'), configMap('r2')],
  },
  'no-api-version.yml': {
    why: 'kubectl guesses v1',
    kubectl: 'reads',
    problems: ['no-api-version.yml:1 apiVersion is missing; wanted a text such as apps/v1'],
  },
  'tag-binary.yml': {
    why: tag,
    kubectl: 'reads',
    problems: ['tag-binary.yml:6 the tag !!binary is not known here; take it out'],
  },
  'tag-unknown.yml': {
    why: tag,
    kubectl: 'reads',
    problems: [
      'tag-unknown.yml:6 a tag that is not known here; take it out, or put quotes around a text that begins with !',
    ],
  },
  'text-after-the-end-mark.yml': {
    why: 'kubectl drops what follows without a word',
    kubectl: 'reads',
    problems: ['text-after-the-end-mark.yml:5 text follows ..., which kubectl would drop'],
  },
}
