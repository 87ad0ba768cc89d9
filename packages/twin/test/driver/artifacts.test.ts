// The stand-ins for checkout, upload and download.
import { afterEach, describe, expect, test } from '@jest/globals'
import { jobOf, makeWorld, resultsOf, stepsOf, type World } from './world.ts'

let world: World
afterEach(() => world.remove())

const job = (steps: string): string => `
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
${steps.replace(/^/gm, '      ')}`

const pin = '3'.repeat(40)
const run = (text: string, files: Record<string, string> = {}) => {
  world = makeWorld({ files: { '.github/workflows/x.yml': job(text), ...files } })
  return world.run('x.yml')
}

describe('checkout', () => {
  test('a real, shallow work tree of the run, without credentials', async () => {
    world = makeWorld({ workflows: ['parcels.yml'], files: { 'note.txt': 'fragile\n' } })
    const result = await world.run('parcels.yml')
    const { log } = jobOf(result, 'pack')
    expect(log).toContain('1')
    expect(log).toContain(world.commit)
    expect(log).toContain('main')
    expect(jobOf(result, 'weigh').log).toContain('fragile')
  })

  test('credentials stay while the job runs, masked, and are gone after it', async () => {
    const result = await run(`
- uses: actions/checkout@${pin}
- run: git config --get http.http://localhost:1/.extraheader
- run: git config --get core.bare`)
    expect(result.conclusion).toBe('success')
    expect(jobOf(result, 'only').log).toContain('AUTHORIZATION: basic ***')
    expect(stepsOf(jobOf(result, 'only')).at(-1)).toBe(
      `post Post Run actions/checkout@${pin}: success`,
    )
  })

  const refused = [
    [
      "with: { submodules: 'true' }",
      "'submodules: true' of actions/checkout is not covered by the driver's stand-in",
    ],
    [
      'with: { repository: other/place }',
      "'repository: other/place' of actions/checkout is not covered by the driver's stand-in",
    ],
    ['with: { ref: nowhere }', "A branch or tag with the name 'nowhere' could not be found"],
    ['with: { path: ../out }', 'is not under'],
  ] as const
  test.each(refused)('%s fails the step', async (inputs, message) => {
    const result = await run(`\n- uses: actions/checkout@${pin}\n  ${inputs}`)
    expect(result.conclusion).toBe('failure')
    expect(jobOf(result, 'only').annotations[0]?.message).toContain(message)
  })

  test('an unknown input warns', async () => {
    const result = await run(`\n- uses: actions/checkout@${pin}\n  with: { depth: 1 }`)
    expect(result.conclusion).toBe('success')
    expect(jobOf(result, 'only').annotations[0]?.message).toMatch(
      /^Unexpected input\(s\) 'depth', valid inputs are/,
    )
  })

  test('an action in the workspace is read when its turn comes', async () => {
    const files = {
      'tool/action.yml': 'name: T\ndescription: t\nruns: { using: node24, main: m.mjs }\n',
      'tool/m.mjs': 'console.log(`tool from [${process.env.GITHUB_ACTION_REPOSITORY}]`)\n',
    }
    const result = await run(
      `\n- uses: actions/checkout@${pin}\n- uses: ./tool\n- uses: $/tool`,
      files,
    )
    expect(jobOf(result, 'only').log.filter((line) => line.startsWith('tool'))).toEqual([
      'tool from []',
      'tool from [acme/shop]',
    ])
  })
})

describe('artifacts', () => {
  const make =
    '\n- run: mkdir -p a/b && echo 1 > a/one.txt && echo 2 > a/b/two.txt && echo h > a/.hidden'
  const upload = (inputs: string): string =>
    `\n- uses: actions/upload-artifact@${pin}\n  with: ${inputs}`

  // One job uploads every shape; a second look lists what came down, by artifact.
  const shapes: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    folder: ['a', ['b/two.txt', 'one.txt']],
    file: ['a/b/two.txt', ['two.txt']],
    parent: ['"a/b\\na/one.txt"', ['b/two.txt', 'one.txt']],
    pattern: ['"a/**/*.txt"', ['b/two.txt', 'one.txt']],
    without: ['"a\\n!a/b/**"', ['one.txt']],
    hidden: ['a, include-hidden-files: true', ['.hidden', 'b/two.txt', 'one.txt']],
  }
  const walk =
    "readdirSync('.', { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => e.parentPath + '/' + e.name).sort().forEach((p) => console.log('got ' + p))"
  test('what an upload holds, by the shape of its path', async () => {
    const uploads = Object.entries(shapes).map(([name, [path]]) =>
      upload(`{ name: ${name}, path: ${path} }`),
    )
    const result = await run(
      `${make}${uploads.join('')}
- uses: actions/download-artifact@${pin}
  with: { path: got }
- run: |
    cd got && node --input-type=module -e "import { readdirSync } from 'node:fs'; ${walk}"`,
    )
    const found = jobOf(result, 'only').log.filter((line) => line.startsWith('got '))
    const wanted = Object.entries(shapes).flatMap(([name, [, files]]) =>
      files.map((file) => `got ${name}/${file}`),
    )
    expect(found.toSorted()).toEqual(wanted.toSorted())
  })

  const endings = [
    [
      'the same name twice',
      upload('{ name: x, path: a }') + upload('{ name: x, path: a }'),
      'failure',
    ],
    [
      'twice with overwrite',
      upload('{ name: x, path: a }') + upload('{ name: x, path: a, overwrite: true }'),
      'success',
    ],
    ['nothing found', upload('{ name: x, path: none }'), 'success'],
    [
      'nothing found is an error',
      upload('{ name: x, path: none, if-no-files-found: error }'),
      'failure',
    ],
    ['a name with a slash', upload('{ name: x/y, path: a }'), 'failure'],
    ['no path', upload('{ name: x }'), 'failure'],
    [
      'an absent artifact',
      `\n- uses: actions/download-artifact@${pin}\n  with: { name: absent }`,
      'failure',
    ],
  ] as const
  test.each(endings)('%s', async (_name, steps, conclusion) => {
    expect((await run(make + steps)).conclusion).toBe(conclusion)
  })

  test('the service may refuse one upload', async () => {
    world = makeWorld({
      files: { '.github/workflows/x.yml': job(make + upload('{ name: x, path: a }')) },
    })
    const result = await world.run('x.yml', { refuseUpload: (name) => `no room for ${name}` })
    expect(resultsOf(result)).toEqual(['only: failure'])
    expect(jobOf(result, 'only').annotations.map((annotation) => annotation.message)).toEqual([
      'no room for x',
    ])
  })
})
