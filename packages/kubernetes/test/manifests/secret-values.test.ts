import { expect, test } from '@jest/globals'
import { secretValuesOf } from '@sluice/kubernetes'
import { manifestsOf } from './sample-manifests.ts'

const encode = (text: string): string => Buffer.from(text).toString('base64')

const secret = (more: string, kind = 'Secret'): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: s\n${more}`

const valuesOf = async (text: string) => secretValuesOf(await manifestsOf(text))

test.each<[string, string, readonly string[]]>([
  ['plain values', secret('stringData:\n  a: hunter2hunter2\n'), ['hunter2hunter2']],
  [
    'base64 and what it holds',
    secret(`data:\n  a: ${encode('hunter2hunter2')}\n`),
    [encode('hunter2hunter2'), 'hunter2hunter2'],
  ],
  [
    'short ones would hide too much',
    secret('stringData:\n  a: short\n  b: "1234567"\n  c: "12345678"\n'),
    ['12345678'],
  ],
  [
    'each line of several',
    secret('stringData:\n  a: |\n    first line\n    no\n    second line\n'),
    ['first line\nno\nsecond line\n', 'first line', 'second line'],
  ],
  [
    'each once',
    secret('stringData:\n  a: hunter2hunter2\n  b: hunter2hunter2\n'),
    ['hunter2hunter2'],
  ],
  ['nothing and null', secret('stringData:\n  a: ~\ndata: ~\n'), []],
  ['other kinds have none', secret('data:\n  a: hunter2hunter2\n', 'ConfigMap'), []],
  [
    'what kubectl wrote down',
    secret(
      `  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{"data":{"a":"${encode('old password')}"},"stringData":{"b":"other password"}}'\n`,
    ),
    [encode('old password'), 'old password', 'other password'],
  ],
  [
    'what kubectl did not finish',
    secret(
      '  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \'{"data":{"a":"x\'\n',
    ),
    ['{"data":{"a":"x'],
  ],
])('%s', async (_, text, values) => {
  expect(await valuesOf(text)).toEqual(values)
})
