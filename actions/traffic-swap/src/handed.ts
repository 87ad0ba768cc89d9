// What was handed over: target, evidence, plan and settings, read and checked together.
import { badInput, readDocument, type Ports } from '@sluice/action'
import { digestOf } from '@sluice/documents'
import { bindVerdict, type Evidence } from '@sluice/evidence'
import {
  errorOfRefusal,
  refuse,
  SluiceError,
  TARGET_SCHEMA,
  verifyPlan,
  type BoundVerdict,
  type Plan,
  type Problem,
  type Target,
} from '@sluice/rollout'
import type { EndpointCheckOrder } from '@sluice/probe'
import type { Adapter } from './adapter.ts'
import { readCheck } from './check.ts'
import type { Config } from './config.ts'

export interface Handed {
  readonly target: Target
  /** null: no evidence was given. */
  readonly verdict: BoundVerdict | null
  /** null: none was given, one is made from what is there. */
  readonly plan: Plan | null
  /** null: the endpoint is not asked. */
  readonly check: EndpointCheckOrder | null
}

/** Throws one error with every problem; a single one keeps its own code. */
export async function readHanded(config: Config, ports: Ports, adapter: Adapter): Promise<Handed> {
  const notes = new Notes()
  notes.add(...adapter.problems)
  const target = await notes.keep(readTarget(config, { ports, adapter, notes }))
  const evidence = await notes.keep(readEvidence(config, ports))
  const plan = await notes.keep(readPlan(config, ports))
  if (target !== null && evidence !== null) notes.add(...strangeEvidence(evidence.document, target))
  if (evidence?.document.verdict === 'fail' && config.allowUntested !== '') {
    notes.add({
      where: 'input allow-untested',
      message: 'is for a revision without evidence; the evidence that was given says fail',
    })
  }
  const check = config.check === null ? null : notes.take(await readCheck(config.check, ports))
  if (target !== null && plan !== null) await notes.keep(checkPlan(plan, target, ports))
  if (target === null) throw notes.error()
  notes.throwIfAny()
  const verdict = evidence === null ? null : bindVerdict(evidence.document, evidence.digest)
  return { target, verdict, plan, check }
}

class Notes {
  readonly #problems: Problem[] = []
  readonly #errors: SluiceError[] = []

  add(...problems: readonly Problem[]): void {
    this.#problems.push(...problems)
  }

  take<Value>(
    result:
      | { readonly ok: true; readonly value: Value }
      | { readonly ok: false; readonly problems: readonly Problem[] },
  ): Value | null {
    if (result.ok) return result.value
    this.add(...result.problems)
    return null
  }

  async keep<Value>(reading: Promise<Value | null>): Promise<Value | null> {
    try {
      return await reading
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error
      this.#errors.push(error)
      return null
    }
  }

  throwIfAny(): void {
    if (this.#problems.length + this.#errors.length > 0) throw this.error()
  }

  error(): SluiceError {
    const [only, ...more] = this.#errors
    if (only !== undefined && more.length === 0 && this.#problems.length === 0) return only
    const told = this.#errors.map(({ code, message }) => ({ where: code, message }))
    return badInput([...this.#problems, ...told])
  }
}

async function readTarget(
  config: Config,
  parts: { readonly ports: Ports; readonly adapter: Adapter; readonly notes: Notes },
): Promise<Target | null> {
  if (config.target !== '') {
    const order = { kind: 'target', input: 'target', given: config.target } as const
    const { document } = await readDocument(order, parts.ports)
    if (document.platform !== config.platform) {
      parts.notes.add({
        where: 'input target',
        message: `is of platform ${document.platform}; the input platform is ${config.platform}`,
      })
    }
    const { slot } = config.named
    if (slot === '' || slot === document.slot) return document
    // What the target says is about its own slot.
    const forward = config.mode === 'plan' || config.mode === 'apply'
    return { ...document, slot, ...(!forward && { revision: '' }) }
  }
  const place = parts.notes.take(parts.adapter.place())
  if (place === null) return null
  return {
    schema: TARGET_SCHEMA,
    platform: config.platform,
    place,
    endpoint: config.named.endpoint,
    name: config.named.endpoint,
    slot: config.named.slot,
    // Going back names a slot; what it must hold stands on the endpoint.
    revision: '',
    revisionDigest: '',
    contents: {},
  }
}

async function readEvidence(config: Config, ports: Ports) {
  if (config.evidenceFile === '') return null
  return readDocument<'evidence', Evidence>(
    {
      kind: 'evidence',
      input: 'evidence-file',
      given: config.evidenceFile,
      digest: config.evidenceDigest,
    },
    ports,
  )
}

/** A verdict is about one slot of one endpoint: where it was reached is where it counts. */
function strangeEvidence({ target: tested }: Evidence, target: Target): readonly Problem[] {
  const place = ({ platform, place: at, endpoint, slot }: Target): string =>
    `slot ${slot} of ${endpoint} (${platform}: ${Object.values(at).join(' / ')})`
  if (place(tested).toLowerCase() === place(target).toLowerCase()) return []
  return [
    {
      where: 'input evidence-file',
      message: `is of ${place(tested)}; the target is ${place(target)}`,
    },
  ]
}

async function readPlan(config: Config, ports: Ports): Promise<Plan | null> {
  if (config.planFile === '') return null
  const { document } = await readDocument(
    { kind: 'plan', input: 'plan-file', given: config.planFile, digest: config.planDigest },
    ports,
  )
  return document
}

function checkPlan(plan: Plan, target: Target, ports: Ports): Promise<null> {
  const { slot, revision } = target
  const refusal =
    verifyPlan(plan, (value) => digestOf(value, ports.sha256)) ??
    (plan.slot === slot && plan.revision === revision
      ? null
      : refuse(
          'ROLLOUT_PLAN_STALE',
          `the plan is for ${plan.revision} in slot ${plan.slot}; the target is ${revision} in slot ${slot}`,
          'Use the plan and the target of the same run.',
        ))
  return refusal === null ? Promise.resolve(null) : Promise.reject(errorOfRefusal(refusal))
}
