// Flagger: an analysis that is written twice, of which one is read.
import type { Problem } from '@sluice/rollout'
import { fieldAt, isRecord } from '../../record.ts'
import { mistakeAt, type TrafficSet } from './traffic-set.ts'

export const findFlaggerMistakes = (set: TrafficSet): readonly Problem[] =>
  set.ofKind('Canary.flagger.app').flatMap((member) => {
    const { object } = member.manifest
    const analysis = fieldAt(object, ['spec', 'analysis'])
    const unread = fieldAt(object, ['spec', 'canaryAnalysis'])
    if (!isRecord(analysis) || !isRecord(unread)) return []
    const message = `has canaryAnalysis beside analysis: Flagger reads analysis alone, which means ${strategyOf(analysis)}, and nothing of canaryAnalysis (${Object.keys(unread).join(', ')}) happens; move what is meant into analysis and take canaryAnalysis out`
    return [mistakeAt(member, ['spec', 'canaryAnalysis'], message)]
  })

/** As Flagger derives it: iterations win over weights. */
function strategyOf(analysis: Readonly<Record<string, unknown>>): string {
  const { iterations, match, stepWeight, stepWeights, maxWeight } = analysis
  if (typeof iterations === 'number' && iterations > 0) {
    return Array.isArray(match) && match.length > 0
      ? `an A/B test of ${iterations} iterations for requests that match`
      : `blue/green: ${iterations} checks, then all requests at once, no step between (iterations without match)`
  }
  if (Array.isArray(stepWeights)) return `a canary by weights ${stepWeights.join(', ')}`
  return typeof stepWeight === 'number'
    ? `a canary in steps of ${stepWeight} %${typeof maxWeight === 'number' ? ` up to ${maxWeight} %` : ''}`
    : 'a canary without a step'
}
