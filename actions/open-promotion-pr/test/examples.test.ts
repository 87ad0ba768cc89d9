// The examples that people copy give every input that the action requires.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readActionFile } from '../../../scripts/action-file.ts'
import { root } from '../../../scripts/repository.ts'

const NAME = 'open-promotion-pr'

interface ExampleStep {
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

/** What the YAML examples of a page give to the action. */
function givenIn(page: string): readonly (readonly string[])[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)]
    .flatMap(([, source = '']): readonly ExampleStep[] => [parse(source)].flat())
    .filter(({ uses = '' }) => uses.includes(`/actions/${NAME}`))
    .map((step) => Object.keys(step.with ?? {}))
}

test.each(['README.md', `actions/${NAME}/README.md`])('the example in %s can run', (page) => {
  const { inputs } = readActionFile({ name: NAME, folder: `actions/${NAME}` })
  const required = inputs.filter((input) => input.required).map(({ name }) => name)
  const known = inputs.map(({ name }) => name)
  const examples = givenIn(page)
  expect(examples).toHaveLength(1)
  expect(examples.flat()).toEqual(expect.arrayContaining(required))
  expect(known).toEqual(expect.arrayContaining(examples.flat()))
})
