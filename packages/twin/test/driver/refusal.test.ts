// What is refused before anything runs: wrong files, too many rights, constructs that are not covered.
import { afterEach, describe, expect, test } from '@jest/globals'
import { WorkflowRefused } from '../../src/index.ts'
import { decideInputs, type InputDefinition } from '../../src/driver/reading/input.ts'
import { decideGrant, excessOf } from '../../src/driver/reading/permission.ts'
import { jobOf, makeWorld, resultsOf, type World } from './world.ts'

let world: World | null = null
afterEach(() => world?.remove())

const refusalOf = async (files: Record<string, string>): Promise<readonly string[]> => {
  world = makeWorld({ files })
  const error = await world.run('x.yml').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WorkflowRefused)
  expect(world.github.grants).toEqual([])
  return (error as WorkflowRefused).problems.map(
    (p) => `${p.file.split('/').at(-1)}:${p.line} ${p.message}`,
  )
}

const steps = (text: string): Record<string, string> => ({
  '.github/workflows/x.yml': `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - ${text}\n`,
})
const jobKey = (text: string): Record<string, string> => ({
  '.github/workflows/x.yml': `on: push\njobs:\n  a:\n    runs-on: x\n    ${text}\n    steps: [{ run: "true" }]\n`,
})

describe('constructs that are not covered', () => {
  const table = [
    [jobKey('strategy: { matrix: { a: [1] } }'), "x.yml:5 'strategy' is not covered by the driver"],
    [jobKey('container: debian'), "x.yml:5 'container' is not covered by the driver"],
    [jobKey('services: { db: { image: x } }'), "x.yml:5 'services' is not covered by the driver"],
    [jobKey('continue-on-error: true'), "x.yml:5 'continue-on-error' is not covered by the driver"],
    [
      jobKey('defaults: { run: { shell: pwsh } }'),
      "x.yml:5 shell 'pwsh' (only bash and sh) is not covered by the driver",
    ],
    [
      steps('{ run: x, shell: python }'),
      "x.yml:6 shell 'python' (only bash and sh) is not covered by the driver",
    ],
    [
      steps('uses: someone/thing@v1'),
      "x.yml:6 'uses: someone/thing@v1' (neither mapped nor a stand-in) is not covered by the driver",
    ],
    [
      steps('uses: actions/checkout@v4'),
      "x.yml:6 'uses: actions/checkout@v4' (neither mapped nor a stand-in) is not covered by the driver",
    ],
    [
      steps('uses: docker://alpine'),
      "x.yml:6 'uses: docker://alpine' (neither mapped nor a stand-in) is not covered by the driver",
    ],
    [
      steps('uses: vendor/kit/tools/docker@v1'),
      "action.yml:3 'using: docker' is not covered by the driver, only node24",
    ],
    [steps('uses: vendor/kit/tools/absent@v1'), 'absent:0 no action.yml or action.yaml here'],
    [steps('uses: $/tools/absent'), 'absent:0 no action.yml or action.yaml here'],
  ] as const
  test.each(table)('%j', async (files, problem) => {
    expect(await refusalOf(files)).toEqual([problem])
  })

  test('an action in the workspace that is not covered stops the run when it is found', async () => {
    world = makeWorld({
      files: {
        ...steps(`uses: actions/checkout@${'4'.repeat(40)}\n      - uses: ./tool`),
        'tool/action.yml': 'name: T\ndescription: t\nruns: { using: composite, steps: [] }\n',
      },
    })
    await expect(world.run('x.yml')).rejects.toThrow(
      "./tool/action.yml:3: 'using: composite' is not covered",
    )
    expect(world.github.revoked).toHaveLength(1)
  })
})

describe('files that GitHub refuses', () => {
  const caller = (extra: string): Record<string, string> => ({
    '.github/workflows/x.yml': `on: push\npermissions: { contents: read }\njobs:\n  a:\n    uses: ./.github/workflows/y.yml\n    ${extra}\n`,
  })
  const callee = (permissions: string): Record<string, string> => ({
    '.github/workflows/y.yml': `on: { workflow_call: { inputs: { n: { type: number } } } }\njobs:\n  b:\n    runs-on: x\n    permissions: ${permissions}\n    steps: [{ run: "true" }]\n`,
  })
  const table = [
    [
      'a need that is no job',
      {
        '.github/workflows/x.yml': `${jobKey('needs: nobody')['.github/workflows/x.yml']}  b: { runs-on: x, steps: [{ run: "true" }] }\n`,
      },
      /x.yml:5 Job 'a' depends on unknown job 'nobody'/,
    ],
    ['a key that is none', jobKey('colour: red'), /x.yml:5 Unexpected value 'colour'/],
    ['a file that is no YAML', { '.github/workflows/x.yml': 'on: [push\n' }, /x.yml:2 /],
    ['no such file', { 'readme.md': '' }, /x.yml:0 no such file at/],
    [
      'more rights than granted',
      { ...caller(''), ...callee('{ contents: write, id-token: write }') },
      /y.yml:5 the nested job 'b' asks for contents: write \(granted: read\), id-token: write \(granted: none\)/,
    ],
    [
      'an input that the callee lacks',
      { ...caller('with: { m: 1 }'), ...callee('{}') },
      /x.yml:6 Invalid input, m is not defined in the referenced workflow/,
    ],
    [
      'a callee that is not there',
      caller(''),
      /y.yml:0 no such file|Unable to find reusable workflow/,
    ],
    [
      'a callee that cannot be called',
      {
        ...caller(''),
        '.github/workflows/y.yml': `on: push\n${'jobs: { b: { runs-on: x, steps: [{ run: "true" }] } }'}\n`,
      },
      /workflow_call/,
    ],
    [
      'an unmapped repository',
      {
        '.github/workflows/x.yml':
          'on: push\njobs:\n  a:\n    uses: who/ever/.github/workflows/y.yml@v1\n',
      },
      /x.yml:4 /,
    ],
  ] as const
  test.each(table)('%s', async (_name, files, problem) => {
    expect((await refusalOf(files)).join('\n')).toMatch(problem)
  })
})

describe('permissions', () => {
  const table = [
    [null, { contents: 'write' }, { contents: 'write' }, []],
    [{}, { contents: 'write' }, {}, []],
    [{ contents: 'read' }, { contents: 'write', statuses: 'write' }, { contents: 'read' }, []],
    [
      { contents: 'write' },
      { contents: 'read' },
      { contents: 'read' },
      ['contents: write (granted: read)'],
    ],
    [{ issues: 'read' }, {}, {}, ['issues: read (granted: none)']],
  ] as const
  test.each(table)('%j of %j', (wanted, granted, kept, excess) => {
    expect(decideGrant(wanted, granted)).toEqual(kept)
    expect(excessOf(wanted ?? {}, granted)).toEqual(excess)
  })

  test('a job without permissions has the restricted default; its own replace those of the file', async () => {
    world = makeWorld({
      files: {
        '.github/workflows/x.yml':
          'on: push\njobs:\n  a: { runs-on: x, steps: [{ run: "true" }] }\n  b: { runs-on: x, permissions: { statuses: write }, steps: [{ run: "true" }] }\n  c: { runs-on: x, permissions: read-all, steps: [{ run: "true" }] }\n',
      },
    })
    await world.run('x.yml')
    const [a, b, c] = world.github.grants.map((grant) => grant.permissions)
    expect(a).toEqual({ contents: 'read', packages: 'read' })
    expect(b).toEqual({ statuses: 'write' })
    expect(c).toMatchObject({ contents: 'read', statuses: 'read' })
    expect(c).not.toHaveProperty('id-token')
  })
})

describe('inputs', () => {
  const definition = (
    type: InputDefinition['type'],
    more: Partial<InputDefinition> = {},
  ): InputDefinition => ({
    name: 'it',
    type,
    required: false,
    default: undefined,
    options: [],
    line: 1,
    ...more,
  })
  const table = [
    ['a form sends texts', definition('boolean'), { it: 'true' }, true, { it: true }, []],
    ['and numbers as texts', definition('number'), { it: '5' }, true, { it: 5 }, []],
    [
      'a caller sends values',
      definition('boolean'),
      { it: 'true' },
      false,
      {},
      ['input \'it\' must be true or false, found "true"'],
    ],
    [
      'no number',
      definition('number'),
      { it: 'many' },
      true,
      {},
      ['input \'it\' must be a number, found "many"'],
    ],
    ['a choice', definition('choice', { options: ['a', 'b'] }), { it: 'b' }, true, { it: 'b' }, []],
    [
      'no choice',
      definition('choice', { options: ['a', 'b'] }),
      { it: 'c' },
      true,
      {},
      ['input \'it\' must be one of a, b, found "c"'],
    ],
    [
      'required',
      definition('string', { required: true }),
      {},
      true,
      {},
      ["input 'it' is required and was not given"],
    ],
    ['absent text', definition('string'), {}, false, { it: '' }, []],
    ['absent flag', definition('boolean'), {}, false, { it: false }, []],
    [
      'unknown',
      definition('string'),
      { that: 'x' },
      true,
      { it: '' },
      ["unexpected input 'that', known: it"],
    ],
    ['a number for a text', definition('string'), { it: 7 }, false, { it: '7' }, []],
  ] as const
  test.each(table)('%s', (_name, defined, given, texts, values, problems) => {
    const decided = decideInputs({ definitions: [defined], given, scope: { contexts: {} }, texts })
    expect(decided).toEqual({ values, problems })
  })

  test('a dispatched run has typed inputs', async () => {
    world = makeWorld({
      files: {
        '.github/workflows/x.yml':
          'on: { workflow_dispatch: { inputs: { n: { type: number, default: 3 }, sure: { type: boolean } } } }\njobs:\n  a:\n    if: inputs.sure && inputs.n == 3\n    runs-on: x\n    steps: [{ run: "echo ${{ github.event.inputs.sure }} ${{ inputs.n }}" }]\n',
      },
    })
    const dispatch = {
      run: { event: 'workflow_dispatch' },
      event: { payload: { inputs: { sure: 'true' } } },
    }
    const result = await world.run('x.yml', dispatch)
    expect(resultsOf(result)).toEqual(['a: success'])
    expect(jobOf(result, 'a').log).toContain('true 3')
  })
})
