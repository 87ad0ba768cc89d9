// Steps by the runner's contract: shells, files, commands, limits, conditions.
import { afterEach, describe, expect, test } from '@jest/globals'
import { jobOf, makeWorld, stepsOf, type World } from './world.ts'

let world: World
afterEach(() => world.remove())

async function runSteps(steps: string, job = '') {
  const text = `on: push\njobs:\n  a:\n    runs-on: x\n${job.replace(/^(?=.)/gm, '    ')}\n    steps:\n${steps.trim().replace(/^/gm, '      ')}\n`
  world = makeWorld({ files: { '.github/workflows/x.yml': text } })
  world.github.repositorySecrets['PASS'] = 'pass-phrase'
  return jobOf(await world.run('x.yml'), 'a')
}

describe('scripts', () => {
  const shells = [
    ['{ run: "false | true" }', 'success'],
    ['{ run: "false | true", shell: bash }', 'failure'],
    ['{ run: "false | true", shell: sh }', 'success'],
    ['{ run: "false; true" }', 'failure'],
    ['{ run: "kill -TERM $$" }', 'failure'],
    [
      '{ run: "test $(basename $PWD) = deep", working-directory: "${{ github.workspace }}/../deep" }',
      'failure',
    ],
  ] as const
  test.each(shells)('%s: %s', async (step, result) => {
    expect((await runSteps(`- ${step}`)).result).toBe(result)
  })

  test('defaults give shell and folder; a step overrides them', async () => {
    const job = await runSteps(
      `
- run: mkdir deep
  working-directory: .
- run: 'false | pwd'
  shell: bash
  continue-on-error: true
- run: 'false | pwd'`,
      'defaults: { run: { working-directory: deep, shell: sh } }',
    )
    expect(job.steps.map((step) => step.outcome)).toEqual(['success', 'failure', 'success'])
    expect(job.log.filter((line) => line.endsWith('/deep'))).toHaveLength(2)
  })

  test('a script with quotes and expressions runs as written', async () => {
    const job = await runSteps(`- run: |\n    echo 'one' "\${{ github.job }}" 'two' '{3}'`)
    expect(job.log).toContain('one a two {3}')
  })
})

describe('what steps write', () => {
  test('env and path reach later steps; the latest path comes first', async () => {
    const job = await runSteps(`
- run: |
    echo "COLOUR=red" >> "$GITHUB_ENV"
    mkdir -p "$RUNNER_TEMP/one" "$RUNNER_TEMP/two"
    echo "$RUNNER_TEMP/one" >> "$GITHUB_PATH"
    echo "$RUNNER_TEMP/two" >> "$GITHUB_PATH"
- env: { SHAPE: "\${{ env.COLOUR }} ball" }
  run: |
    echo "$SHAPE"
    IFS=: read -r first second rest <<< "$PATH"
    echo "$(basename "$first") $(basename "$second")"`)
    expect(job.log).toEqual(expect.arrayContaining(['red ball', 'two one']))
  })

  const failing = [
    [
      'a bad output file',
      'echo word >> "$GITHUB_OUTPUT"',
      "Unable to process file command 'output' successfully.",
    ],
    [
      'NODE_OPTIONS in the env file',
      'echo NODE_OPTIONS=x >> "$GITHUB_ENV"',
      "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.",
    ],
    [
      'set-env',
      'echo "::set-env name=x::y"',
      'The `set-env` command is disabled. Please upgrade to using Environment Files.',
    ],
    ['an empty stop token', 'echo "::stop-commands::"', "Invalid stop token ''"],
  ] as const
  test.each(failing)('%s fails the step', async (_name, script, message) => {
    const job = await runSteps(`- run: |\n    ${script}`)
    expect(job.result).toBe('failure')
    expect(job.annotations[0]).toEqual({ level: 'error', message })
  })

  test('old commands still set outputs; stop-commands holds them back', async () => {
    const job = await runSteps(`
- id: old
  run: |
    echo "::set-output name=a::1"
    echo "::stop-commands::pause-here"
    echo "::set-output name=a::2"
    echo "::pause-here::"
    echo "::set-output name=b::3" >&2
- run: echo "a=\${{ steps.old.outputs.a }} b=\${{ steps.old.outputs.b }}"`)
    expect(job.log).toContain('a=1 b=3')
  })

  test('ten annotations of a level per step, messages are cut and masked', async () => {
    const job = await runSteps(`
- env: { PASS: "\${{ secrets.PASS }}" }
  run: |
    for i in $(seq 12); do echo "::warning title=t::$PASS $i"; done
    echo "::error file=a.py,line=7::$(printf 'x%.0s' $(seq 5000))"`)
    const warnings = job.annotations.filter((annotation) => annotation.level === 'warning')
    expect(warnings).toHaveLength(10)
    expect(warnings[0]).toEqual({ level: 'warning', title: 't', message: '*** 1' })
    const error = job.annotations.find((annotation) => annotation.level === 'error')
    expect(error).toEqual({ level: 'error', file: 'a.py', line: 7, message: 'x'.repeat(4096) })
  })

  test('a summary beyond one MiB is dropped with an error; the step stays green', async () => {
    const job = await runSteps(`
- run: head -c 1048577 /dev/zero | tr '\\0' x >> "$GITHUB_STEP_SUMMARY"
- run: echo small >> "$GITHUB_STEP_SUMMARY"`)
    expect(job.result).toBe('success')
    expect(job.summaries).toEqual(['small\n'])
    expect(job.annotations[0]?.message).toMatch(/^\$GITHUB_STEP_SUMMARY upload aborted/)
  })

  test('what a failed step wrote counts', async () => {
    const job = await runSteps(
      `
- id: half
  run: |
    echo "got=this" >> "$GITHUB_OUTPUT"
    exit 1`,
      'outputs: { got: "${{ steps.half.outputs.got }}" }',
    )
    expect([job.result, job.outputs]).toEqual(['failure', { got: 'this' }])
  })
})

describe('conditions', () => {
  test('status functions read the job, ids read outcomes', async () => {
    const job = await runSteps(`
- { id: soft, name: soft, run: exit 1, continue-on-error: true }
- { name: after, if: "steps.soft.outcome == 'failure' && steps.soft.conclusion == 'success'", run: "true" }
- { name: own env, if: "env.MODE == 'on'", env: { MODE: "on" }, run: "true" }
- { name: braces, if: "\${{ github.ref == 'refs/heads/main' }}", run: "true" }
- { name: other, if: "github.ref_name != 'main'", run: "true" }
- { name: hard, run: exit 1 }
- { name: skipped, if: "1 == 1", run: "true" }
- { name: status, if: "failure() && job.status == 'failure'", run: "true" }`)
    expect(stepsOf(job)).toEqual([
      'main soft: success',
      'main after: success',
      'main own env: success',
      'main braces: success',
      'main other: skipped',
      'main hard: failure',
      'main skipped: skipped',
      'main status: success',
    ])
  })

  test('an expression that throws fails the step', async () => {
    const job = await runSteps(
      '- { name: "${{ fromJSON(github.ref) }}", run: "true" }\n- { run: "true" }',
    )
    expect(job.steps.map((step) => step.conclusion)).toEqual(['failure', 'skipped'])
    expect(job.annotations[0]?.message).toContain('fromJSON(github.ref)')
  })

  test('a step that is late is stopped', async () => {
    const job = await runSteps('- { name: late, timeout-minutes: 0.005, run: "exec sleep 30" }')
    expect(job.annotations.map((annotation) => annotation.message)).toEqual([
      "The action 'late' has timed out after 0.005 minutes.",
    ])
    expect(job.result).toBe('failure')
  })

  test('the environment url is dropped when it holds a secret', async () => {
    const job = await runSteps(
      '- { run: "true" }',
      'environment: { name: lab, url: "https://x/${{ github.token }}" }',
    )
    expect(job.environment).toEqual({ name: 'lab', url: null })
    expect(job.annotations[0]?.message).toBe(
      'Skip setting environment url as it may contain secret.',
    )
  })
})
