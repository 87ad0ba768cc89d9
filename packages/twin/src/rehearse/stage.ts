// A rehearsal while it is played: a person at the keyboard, events that start workflows, their runs.
import { GitHubPerson } from '../github/person.ts'
import type { GitHubService, RepositoryEvent, Run } from '../github/service.ts'
import type { GitHubState } from '../github/state.ts'
import type { Simulator } from '../kernel/simulator.ts'
import type { Twin } from '../kernel/twin.ts'
import type { ArtifactStore } from '../driver/standins/artifact-store.ts'
import type { ReviewWanted, RunRequest } from '../driver/request.ts'
import type { RunResult } from '../driver/result.ts'
import { readWorkflows, runWorkflow, workflowsFor } from '../driver/index.ts'
import type { Site, SiteOwner } from './site.ts'

export interface StageOptions extends SiteOwner {
  readonly onEvent?: RunRequest['onEvent']
  /** Hears what people do, in one sentence; `at`: virtual milliseconds since 1970. */
  readonly onPerson?: (at: number, text: string) => void
  /** Hears what goes on before the first event: the start of a world can take minutes. */
  readonly onProgress?: (text: string) => void
  readonly onChild?: RunRequest['onChild']
  readonly refuseUpload?: RunRequest['refuseUpload']
  readonly awaitReview: (wanted: ReviewWanted, stage: Stage) => Promise<void>
}

/** A platform's own stage extends it by what stands beside GitHub. */
export class Stage<Options extends StageOptions = StageOptions> {
  readonly options: Options
  readonly twin: Twin
  readonly githubSimulator: Simulator<GitHubState>
  readonly github: GitHubService
  readonly person: GitHubPerson
  readonly runs: RunResult[] = []
  readonly folder: string
  readonly artifacts: ArtifactStore
  /** What every run gets; tests start single steps with it. */
  readonly base: Pick<RunRequest, 'services' | 'machine'>
  readonly #site: Site
  readonly #events = new Map<number, RepositoryEvent>()

  protected constructor(options: Options, site: Site) {
    this.options = options
    this.twin = site.twin
    this.githubSimulator = site.githubSimulator
    this.github = site.github
    this.folder = site.folder
    this.artifacts = site.base.services.artifacts
    this.base = site.base
    this.#site = site
    this.person = new GitHubPerson({
      apiUrl: site.twin.origin('github'),
      slug: site.slug,
      personToken: site.github.personToken,
    })
  }

  async close(): Promise<void> {
    await this.#site.close()
  }

  /** Runs every workflow that the events since the last call start, until nothing starts any more. */
  async settle(): Promise<void> {
    for (;;) {
      const events = this.github.takeEvents()
      if (events.length === 0) return
      for (const event of events) await this.#start(event)
    }
  }

  narrate(text: string): void {
    this.options.onPerson?.(this.twin.now(), text)
  }

  /** "Re-run all jobs", or with `failedOnly` "Re-run failed jobs". */
  async rerun(run: Run, failedOnly = false): Promise<RunResult> {
    const event = this.#events.get(run.id)
    const before = this.runs.findLast((result) => result.run.id === run.id)
    if (event === undefined || before === undefined) throw new Error(`run ${run.id} never ran`)
    const again = this.github.rerun(run.id)
    return this.#run(again, event, failedOnly ? { rerunFailedOf: before } : {})
  }

  async #start(event: RepositoryEvent): Promise<void> {
    const files = await readWorkflows(this.github, event.after)
    for (const file of workflowsFor(event, files)) {
      const run = this.github.startRun({
        workflow: file.path,
        event: event.name,
        ref: event.ref,
        sha: event.after,
        actor: event.actor,
      })
      this.#events.set(run.id, event)
      await this.#run(run, event, {})
    }
  }

  async #run(
    run: Run,
    event: RepositoryEvent,
    more: Pick<RunRequest, 'rerunFailedOf'>,
  ): Promise<RunResult> {
    const { onEvent, onChild, refuseUpload, awaitReview } = this.options
    const result = await runWorkflow({
      ...this.base,
      ...more,
      run,
      event,
      awaitReview: (wanted) => awaitReview(wanted, this),
      ...(onEvent && { onEvent }),
      ...(onChild && { onChild }),
      ...(refuseUpload && { refuseUpload }),
    })
    this.runs.push(result)
    return result
  }
}
