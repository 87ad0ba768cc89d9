// What a back end cannot express by its kind, whatever the object.
import type { Problem } from '@sluice/rollout'
import type { BackEnd, Routing } from './back-end.ts'

/** All that is beyond the capabilities, with what the back end can. */
export function beyondLimits(
  { kind, capabilities }: Pick<BackEnd, 'kind' | 'capabilities'>,
  { match, mirror }: Routing,
): readonly Problem[] {
  const problems: Problem[] = []
  const { matches, mirrorMaxPercent } = capabilities
  if (match !== null && !matches.includes(match.kind)) {
    const can =
      matches.length === 0 ? 'it can match nothing' : `it can match a ${matches.join(' or a ')}`
    problems.push({
      where: 'match',
      message: `back end ${kind} cannot match a ${match.kind}; ${can}`,
    })
  }
  for (const [slot, percent] of Object.entries(mirror)) {
    if (percent <= mirrorMaxPercent) continue
    const can = mirrorMaxPercent === 0 ? 'it cannot mirror' : `at most ${mirrorMaxPercent} %`
    const message = `found ${percent} % for slot ${slot}; back end ${kind}: ${can}`
    problems.push({ where: 'mirror', message })
  }
  return problems
}
