// Approvals, concurrency groups, re-runs, cancels and lost machines.
import { afterEach, describe, expect, test } from '@jest/globals'
import { RunControl, type DriverEvent } from '../../src/index.ts'
import { jobOf, makeWorld, resultsOf, stepsOf, type World } from './world.ts'

let world: World
afterEach(() => world.remove())

const kinds = (events: readonly DriverEvent[]): readonly string[] =>
  events.filter((event) => event.kind !== 'log').map((event) => event.kind)

describe('the review of an environment', () => {
  const table = [
    {
      review: 'approved',
      results: ['First / Visit harbour: success', 'second: success', 'third: skipped'],
      conclusion: 'success',
      told: 'approval-given',
    },
    {
      review: 'rejected',
      results: ['First / Visit harbour: failure', 'second: skipped', 'third: success'],
      conclusion: 'failure',
      told: 'approval-refused',
    },
  ] as const

  test.each(table)('$review', async ({ review, results, conclusion, told }) => {
    world = makeWorld({ workflows: ['visitors.yml'] })
    world.github.environmentVariables['harbour'] = { COLOUR: 'blue' }
    world.github.reviews.set('harbour', 'pending')
    const events: DriverEvent[] = []
    const held: (number | null)[] = []
    const result = await world.run('visitors.yml', {
      onEvent: (event) => events.push(event),
      awaitReview: async ({ environment, job }) => {
        held.push(world.groups.holderOf('PLACE-harbour'))
        events.push({ kind: 'job-started', job: `asked for ${environment} by ${job}`, at: 0 })
        world.github.reviews.set('harbour', review)
      },
    })
    expect(resultsOf(result)).toEqual(results)
    expect(result.conclusion).toBe(conclusion)
    // The group is taken before the question and given back after the job.
    expect(held).toEqual([result.run.id])
    expect(world.groups.holderOf('place-harbour')).toBeNull()
    expect(kinds(events).slice(0, 4)).toEqual([
      'run-started',
      'approval-wanted',
      'job-started',
      told,
    ])
  })

  test('nobody can be asked: the run stops with that error and gives its group back', async () => {
    world = makeWorld({ workflows: ['visitors.yml'] })
    world.github.reviews.set('harbour', 'pending')
    await expect(world.run('visitors.yml')).rejects.toThrow('nobody to ask')
    expect(world.groups.holderOf('place-harbour')).toBeNull()
    expect(world.github.ended).toEqual(['101 failure'])
  })
})

describe('concurrency', () => {
  test('a second run of the group waits while the first is asked for approval', async () => {
    world = makeWorld({ workflows: ['visitors.yml'] })
    world.github.reviews.set('harbour', 'pending')
    let approve: () => void = () => undefined
    const asked: number[] = []
    const awaitReview = ({ run }: { run: { id: number } }): Promise<void> => {
      asked.push(run.id)
      return new Promise((resolve) => {
        approve = resolve
      })
    }
    const events: DriverEvent[] = []
    const first = world.run('visitors.yml', { awaitReview, onEvent: (event) => events.push(event) })
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const second = world.run('visitors.yml', {
      awaitReview,
      onEvent: (event) => events.push(event),
    })
    while (!events.some((event) => event.kind === 'group-wanted')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(asked).toEqual([101])
    world.github.reviews.set('harbour', 'approved')
    approve()
    expect((await first).conclusion).toBe('success')
    expect((await second).conclusion).toBe('success')
    const jobs = events.flatMap((event) =>
      event.kind === 'job-started' || event.kind === 'job-ended'
        ? [`${event.kind} ${event.job}`]
        : [],
    )
    expect(jobs.filter((text) => text.includes('harbour'))).toEqual([
      'job-started First / Visit harbour',
      'job-ended First / Visit harbour',
      'job-started First / Visit harbour',
      'job-ended First / Visit harbour',
    ])
  })
})

describe('re-runs', () => {
  test('failed jobs and their dependents run again, the others keep results, outputs and artifacts', async () => {
    world = makeWorld({ workflows: ['parcels.yml'], files: { 'note.txt': 'fragile\n' } })
    const first = await world.run('parcels.yml')
    expect(resultsOf(first)).toEqual([
      'pack: success',
      'weigh: failure',
      'send: skipped',
      'log: success',
    ])
    const second = await world.run('parcels.yml', {
      run: { id: first.run.id, attempt: 2 },
      rerunFailedOf: first,
    })
    expect(resultsOf(second)).toEqual([
      'pack: success',
      'weigh: success',
      'send: success',
      'log: success',
    ])
    expect(second.jobs.map((job) => job.attempt)).toEqual([1, 2, 2, 1])
    expect(jobOf(second, 'pack').outputs).toEqual({ name: 'parcel-1' })
    expect(jobOf(second, 'send').log).toContain('sent in attempt 2')
  })

  test('a re-run of all jobs starts with nothing', async () => {
    world = makeWorld({ workflows: ['parcels.yml'], files: { 'note.txt': 'fragile\n' } })
    const first = await world.run('parcels.yml')
    const second = await world.run('parcels.yml', { run: { id: first.run.id, attempt: 2 } })
    expect(second.jobs.map((job) => job.attempt)).toEqual([2, 2, 2, 2])
    expect(jobOf(second, 'pack').outputs).toEqual({ name: 'parcel-2' })
    expect(second.conclusion).toBe('success')
  })
})

describe('a run that is stopped', () => {
  test('cancel: SIGINT to the step, cancelled() and post-if decide what still runs', async () => {
    world = makeWorld({ workflows: ['slow.yml'] })
    const control = new RunControl()
    const result = await world.run('slow.yml', {
      control,
      onEvent: (event) => {
        if (event.kind === 'log' && event.line === 'ready') control.cancel()
      },
    })
    expect(resultsOf(result)).toEqual(['sleepy: cancelled', 'later: success', 'never: cancelled'])
    expect(result.conclusion).toBe('cancelled')
    const sleepy = jobOf(result, 'sleepy')
    expect(stepsOf(sleepy)).toEqual([
      'pre Pre Watch: success',
      'main Watch: success',
      'main Hang: cancelled',
      'main Ordinary: skipped',
      'main Tidy: success',
      'post Post Watch: skipped',
    ])
    expect(sleepy.log).toContain('interrupted')
    expect(sleepy.annotations.map((annotation) => annotation.message)).toEqual([
      'The operation was canceled.',
    ])
  })

  test('a lost machine: nothing of the job follows, other jobs go on', async () => {
    world = makeWorld({ workflows: ['slow.yml'] })
    const control = new RunControl()
    const result = await world.run('slow.yml', {
      control,
      onEvent: (event) => {
        if (event.kind === 'log' && event.line === 'ready') control.loseRunner()
      },
    })
    expect(resultsOf(result)).toEqual(['sleepy: failure', 'later: success', 'never: skipped'])
    expect(stepsOf(jobOf(result, 'sleepy')).slice(-1)).toEqual(['main Hang: failure'])
    expect(jobOf(result, 'sleepy').log).not.toContain('interrupted')
  })

  test('a killed process fails its step; the rest of the job goes on', async () => {
    world = makeWorld({ workflows: ['slow.yml'] })
    let hanging = 0
    const result = await world.run('slow.yml', {
      onChild: (pid, what) => {
        if (what === 'sleepy: Hang') hanging = pid
      },
      onEvent: (event) => {
        if (event.kind === 'log' && event.line === 'ready') process.kill(hanging, 'SIGKILL')
      },
    })
    expect(stepsOf(jobOf(result, 'sleepy'))).toEqual([
      'pre Pre Watch: success',
      'main Watch: success',
      'main Hang: failure',
      'main Ordinary: skipped',
      'main Tidy: skipped',
      'post Post Watch: success',
    ])
  })
})
