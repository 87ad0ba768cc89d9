// What becomes of a pod: the annotation test/fate of its template, or a rule that a test set.

export type Fate =
  /** Ready at once; a Job's pod succeeds. */
  | { readonly kind: 'ok' }
  /** Running, and ready after so many milliseconds. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Cannot reach the registry for so many milliseconds, and is ready then. */
  | { readonly kind: 'pull-late'; readonly ms: number }
  /** Starts and ends with exit code 1 again and again. */
  | { readonly kind: 'crash' }
  /** As crash, but ready for a moment each time, as a container without a readiness probe is. */
  | { readonly kind: 'flap' }
  | { readonly kind: 'oom' }
  /** The first init container fails again and again. */
  | { readonly kind: 'init-crash' }
  /** The image is not in its registry. */
  | { readonly kind: 'imagepull' }
  | { readonly kind: 'invalid-image' }
  /** A ConfigMap or Secret that the container needs is not there. */
  | { readonly kind: 'config-error' }
  /** Running, never ready. */
  | { readonly kind: 'never' }
  /** No node takes it. */
  | { readonly kind: 'unschedulable' }
  /** Waits in ContainerCreating for ever. */
  | { readonly kind: 'creating' }
  /** Ends with this code; `complete` is exit:0, `fail` is exit:1. */
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'unknown'; readonly text: string }

const plain = [
  'ok',
  'crash',
  'flap',
  'oom',
  'init-crash',
  'imagepull',
  'invalid-image',
  'config-error',
  'never',
  'unschedulable',
  'creating',
] as const

/** `late:MS`, `pull-late:MS` and `exit:CODE` take a whole number. Other texts are `unknown`. */
export function parseFate(text: string): Fate {
  const kind = plain.find((name) => name === text)
  if (kind !== undefined) return { kind }
  if (text === 'complete') return { kind: 'exit', code: 0 }
  if (text === 'fail') return { kind: 'exit', code: 1 }
  const [, word, digits] = /^(late|pull-late|exit):(\d{1,6})$/.exec(text) ?? []
  if (word === 'late' || word === 'pull-late') return { kind: word, ms: Number(digits) }
  if (word === 'exit') return { kind: 'exit', code: Number(digits) }
  return { kind: 'unknown', text }
}
