// The checks of the input `smoke`: does what is ready answer?
import { code, table } from '@sluice/action'
import { observeSmoke, type SmokeResult } from '@sluice/kubernetes'
import type { SluiceError } from '@sluice/rollout'
import { k8sApplyError } from './errors.ts'
import type { Scene } from './scene.ts'

export interface SmokeEnd {
  readonly failure?: SluiceError
  /** Markdown. */
  readonly detail: string
}

export async function checkSmoke(scene: Scene): Promise<SmokeEnd> {
  const { api, config, ports, deadline, namespace } = scene
  const { smokeTarget, smoke } = config
  if (smokeTarget === null) return { detail: '' }
  const results = await observeSmoke(smoke, {
    target: smokeTarget.kind === 'service' ? { ...smokeTarget, namespace } : smokeTarget,
    api,
    http: ports.http,
    clock: ports.clock,
    signal: ports.signal,
    log: ports.log,
    timeoutSeconds: Math.max(1, (deadline - ports.clock.now()) / 1000),
  })
  for (const result of results) ports.log.info(`smoke: ${describe(result)}`)
  const failed = results.filter(({ ok }) => !ok)
  const message = `${failed.length} of ${results.length} checks failed:\n${failed.map((one) => `- ${describe(one)}`).join('\n')}`
  return {
    ...(failed.length > 0 && { failure: k8sApplyError('K8S_APPLY_SMOKE_FAILED', message) }),
    detail: table(
      ['check', 'answer', 'tries', 'seconds', ''],
      results.map(({ check, ok, status, tries, seconds, message: body }) => [
        code(check.path),
        status === null ? 'none' : String(status),
        String(tries),
        seconds.toFixed(1),
        ok ? 'ok' : code(body, 200),
      ]),
    ).trimEnd(),
  }
}

const describe = ({ check, ok, status, message }: SmokeResult): string =>
  `${check.path} ${status ?? 'no answer'}, ${ok ? 'as wanted' : `wanted ${check.status}${check.contains === null ? '' : ` with "${check.contains}"`}; ${message}`}`
