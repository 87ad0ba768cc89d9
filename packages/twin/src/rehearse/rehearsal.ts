// Every scenario of every platform, as ./rehearse lists and plays them.
import { azureMl } from './azure/platform.ts'
import { scenarios } from './azure/scenarios.ts'
import { kubernetes } from './cluster/platform.ts'
import { clusterScenarios } from './cluster/scenarios.ts'
import { kubernetesEndpoint } from './kubernetes-endpoint/platform.ts'
import { endpointScenarios } from './kubernetes-endpoint/scenarios.ts'
import type { Platform } from './platform.ts'
import { rehearse, type RehearsalOptions, type Rehearsed } from './rehearse.ts'
import type { Report } from './report.ts'
import type { Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'

export interface Rehearsal extends Pick<Scenario, 'name' | 'about' | 'review'> {
  /** The repository that is played when nobody brings one; relative to the checkout. */
  readonly example: string
  readonly play: (options: RehearsalOptions) => Promise<Rehearsed<Report>>
}

export const rehearsals: readonly Rehearsal[] = [
  ...bind(azureMl, scenarios),
  ...bind(kubernetes, clusterScenarios),
  ...bind(kubernetesEndpoint, endpointScenarios),
]

function bind<On extends Stage, Gives extends Report, Plays extends Scenario<On>>(
  platform: Platform<On, Gives, Plays>,
  bound: readonly Plays[],
): readonly Rehearsal[] {
  return bound.map((scenario) => ({
    name: scenario.name,
    about: scenario.about,
    review: scenario.review,
    example: platform.example,
    play: (options) => rehearse({ platform, scenario }, options),
  }))
}
