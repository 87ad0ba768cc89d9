// Which version is the newest, and which belongs to a commit.
import { describe, expect, test } from '@jest/globals'
import {
  chooseModelVersion,
  newest,
  parseAssetReference,
  type ModelVersionFacts,
} from '@sluice/azureml'

const facts = (version: string, createdAt: number | null, commit = ''): ModelVersionFacts => ({
  version,
  createdAt,
  tags: commit === '' ? {} : { git_commit: commit },
})

describe('newest', () => {
  test.each([
    ['by creation time, not by number', [facts('9', 1), facts('2', 5)], '2'],
    ['ties by number, not by letter', [facts('9', 1), facts('10', 1)], '10'],
    ['without times by number', [facts('2', null), facts('11', null)], '11'],
    ['names that are no numbers by letter', [facts('a', 1), facts('b', 1)], 'b'],
  ])('%s', (_, versions, wanted) => {
    expect(newest(versions)?.version).toBe(wanted)
  })

  test('none of none', () => {
    expect(newest([])).toBeNull()
  })
})

describe('chooseModelVersion', () => {
  const versions = [facts('1', 1, 'aaa'), facts('2', 2, 'aaa'), facts('3', 3)]

  test('the newest with the tag, without a notice', () => {
    expect(chooseModelVersion('m', versions, 'aaa')).toEqual({ version: '2', notice: null })
  })

  test.each(['bbb', ''])('without a tagged one (%j) the latest, with a notice', (commit) => {
    expect(chooseModelVersion('m', versions, commit)).toEqual({
      version: '3',
      notice: expect.stringContaining('version 3, the latest of 3'),
    })
  })

  test('no version, no choice', () => {
    expect(chooseModelVersion('m', [], 'aaa')).toBeNull()
  })
})

describe('parseAssetReference', () => {
  test.each([
    '',
    'azureml:',
    ':1',
    'a:b:c',
    'a/b',
    '../x:1',
    'azureml://registries/r/models/m',
    'a@newest',
  ])('%j is refused', (text) => {
    expect(parseAssetReference(text, 'here')).toMatchObject({
      ok: false,
      problems: [{ where: 'here' }],
    })
  })
})
