// Which fate a pod has: the newest rule of a test that matches it, else its own annotation.
import { parseFate, type Fate } from './fate.ts'
import type { Pod } from './pod.ts'

export interface FateRule {
  readonly namespace: string
  /** Absent: every pod of the namespace. */
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  /** Only pods with a container of this very image. */
  readonly image?: string
  /** As in the annotation test/fate. */
  readonly fate: string
  /** What `kubectl logs` shows; absent: the pod's annotation test/log, else a text by its fate. */
  readonly log?: string
}

export class FateRules {
  readonly #rules: FateRule[] = []

  add(rule: FateRule): void {
    this.#rules.push(rule)
  }

  textOf(pod: Pod): string {
    return this.#ruleOf(pod)?.fate ?? pod.metadata.annotations?.['test/fate'] ?? 'ok'
  }

  fateOf(pod: Pod): Fate {
    return parseFate(this.textOf(pod))
  }

  logOf(pod: Pod): string | null {
    return this.#ruleOf(pod)?.log ?? pod.metadata.annotations?.['test/log'] ?? null
  }

  #ruleOf({ metadata, spec }: Pod): FateRule | undefined {
    return this.#rules.findLast(
      ({ namespace, name, labels, image }) =>
        namespace === metadata.namespace &&
        (name === undefined || name === metadata.name) &&
        (image === undefined || spec.containers.some((container) => container.image === image)) &&
        Object.entries(labels ?? {}).every(([key, value]) => metadata.labels?.[key] === value),
    )
  }
}
