// JavaScript actions by the runner's contract: stages, inputs, state, files, masks, environment.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JobResult } from '../../src/index.ts'
import { jobOf, makeWorld, resultsOf, stepsOf, type World } from './world.ts'

describe('actions with pre, main and post', () => {
  let world: World
  let job: JobResult
  const children: string[] = []

  beforeAll(async () => {
    world = makeWorld({ workflows: ['posts.yml'] })
    world.github.repositorySecrets['PASSWORD'] = 'open-sesame'
    const result = await world.run('posts.yml', {
      run: { event: 'workflow_dispatch' },
      onChild: (pid, what) => children.push(`${pid > 0} ${what}`),
    })
    job = jobOf(result, 'order')
  })
  afterAll(() => world.remove())

  test('all pre stages come first, post stages last and in reverse; what never started has no post', () => {
    expect(stepsOf(job)).toEqual([
      'pre Pre Ann: success',
      'pre Pre Bob: success',
      'pre Pre Never: success',
      'main Ann: success',
      'main Bob: success',
      'main Never: skipped',
      'main Show: success',
      'post Post Never: success',
      'post Post Bob: success',
      'post Post Ann: success',
    ])
    expect(job.result).toBe('success')
  })

  test('continue-on-error changes the conclusion, not the outcome', () => {
    const bob = job.steps.find((step) => step.name === 'Bob')
    expect([bob?.outcome, bob?.conclusion]).toEqual(['failure', 'success'])
  })

  test('inputs keep their hyphens, blanks become underscores, defaults are evaluated', () => {
    expect(job.log).toContain('ann main Linux [x]')
    expect(job.log).toContain('bob main Linux []')
  })

  test('state goes from stage to stage of the same use only', () => {
    expect(job.log.filter((line) => /^ann \w+ Linux/.test(line))).toEqual([
      'ann first Linux [x]',
      'ann main Linux [x]',
      'ann post Linux [x]',
    ])
  })

  test('unexpected and deprecated inputs warn once', () => {
    expect(job.annotations.map((annotation) => [annotation.level, annotation.message])).toEqual([
      [
        'warning',
        "Unexpected input(s) 'extra', valid inputs are ['Who-Is-It', 'with blank', 'old-one', 'fail-at']",
      ],
      ['warning', "Input 'old-one' has been deprecated with message: use who-is-it"],
    ])
  })

  test('outputs, env and summaries reach later steps and people; secrets are hidden there', () => {
    expect(job.log).toContain('ann is yes, said "ann\\nagain"')
    expect(job.summaries).toEqual([
      '## ann\nsecret ***\n',
      '## bob\nsecret undefined\n',
      '## never\nsecret undefined\n',
    ])
  })

  test('a step sees the machine of the caller and nothing of this one', () => {
    expect(job.log).toContain('token [] runtime [] hello [hello]')
    expect(job.log).toContain('no curl')
  })

  test('the environment of an action is the contract, no more', () => {
    const line = job.log.find((text) => text.startsWith('["ACTIONS_')) ?? '[]'
    const names = (JSON.parse(line) as string[]).filter(
      (name) => !/^(GITHUB|RUNNER|INPUT)_/.test(name),
    )
    expect(names).toEqual([
      'ACTIONS_ORCHESTRATION_ID',
      'CI',
      'HOME',
      'LANG',
      'MACHINE_SAYS',
      'NODE_OPTIONS',
      'PASSWORD',
      'PATH',
      'STATE_stage',
      'TWIN_CLOCK_FILE',
      'TWIN_NOW',
    ])
  })

  test('waits of children pass at once and move the virtual clock', () => {
    const passed = world.time.now() - Date.UTC(2030, 0, 1)
    expect(passed).toBeGreaterThanOrEqual(3 * 3600_000)
    expect(passed).toBeLessThan(3 * 3600_000 + 60_000)
  })

  test('every process is told, with the step it belongs to', () => {
    expect(children.filter((child) => child === 'true order: Ann')).toHaveLength(1)
    expect(children).toHaveLength(9)
  })
})

describe('called workflows of a mapped repository', () => {
  test('an environment, its variables and its url; `$/` is the repository of the called file', async () => {
    const world = makeWorld({ workflows: ['visitors.yml'] })
    world.github.environmentVariables['harbour'] = { COLOUR: 'blue' }
    world.github.environmentSecrets['harbour'] = { HIDDEN: 'treasure' }
    const result = await world.run('visitors.yml')
    expect(resultsOf(result)).toEqual([
      'First / Visit harbour: success',
      'second: success',
      'third: skipped',
    ])
    const visit = jobOf(result, 'first/visit')
    expect(visit.environment).toEqual({ name: 'harbour', url: 'https://blue.example.org/' })
    expect(visit.log).toContain(`plain vendor/kit@${'1'.repeat(40)} token [undefined]`)
    expect(visit.log).toContain(
      'hidden is [***], id [http://localhost:1/token?api-version=2.0] of vendor/kit',
    )
    expect(jobOf(result, 'second').log).toContain('been at https://blue.example.org/')
    expect(world.github.grants[0]?.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    expect(world.identity.grants.slice(0, 1)).toEqual([
      {
        repository: 'acme/shop',
        ref: 'refs/heads/main',
        environment: 'harbour',
        runId: result.run.id,
        attempt: 1,
        job: 'first/visit',
      },
    ])
    world.remove()
  })
})
