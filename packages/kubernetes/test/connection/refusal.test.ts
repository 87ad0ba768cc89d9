import { describe, expect, test } from '@jest/globals'
import { isFinalAnswer, parseRefusal } from '../../src/connection/refusal.ts'

const plain = { request: 'PATCH Deployment shop/web', secret: false }
const secret = { request: 'PATCH Secret shop/key', secret: true }
const status = (more: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...more })

describe('what the server refused', () => {
  test('a Status is told with its causes', () => {
    const text = status({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict',
      details: {
        causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas', message: 'by "hpa"' }],
      },
    })
    expect(parseRefusal({ status: 409, text }, plain)).toEqual({
      status: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict',
      causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas', message: 'by "hpa"' }],
      request: 'PATCH Deployment shop/web',
    })
  })

  test.each([
    [
      'the page of a proxy',
      '<html><head><style>a{}</style><title>502 Bad Gateway</title></head><body>\n<h1>no</h1>',
      'the answer 502 is not of a Kubernetes API server: 502 Bad Gateway',
    ],
    [
      'a plain text',
      '\n  upstream gone\nmore',
      'the answer 502 is not of a Kubernetes API server: upstream gone',
    ],
    ['nothing', '', 'the answer 502 is not of a Kubernetes API server: no message'],
    [
      'JSON of somebody else',
      '{"error":"x"}',
      'the answer 502 is not of a Kubernetes API server: {"error":"x"}',
    ],
    [
      'a long line',
      'x'.repeat(1000),
      `the answer 502 is not of a Kubernetes API server: ${'x'.repeat(200)}...`,
    ],
  ])('%s', (_, text, message) => {
    const refusal = parseRefusal({ status: 502, text }, plain)
    expect(refusal.message).toBe(message)
    expect(refusal.reason).toBe('BadGateway')
  })

  test('a message without end is cut', () => {
    const text = status({ code: 422, reason: 'Invalid', message: 'y'.repeat(100_000) })
    expect(parseRefusal({ status: 422, text }, plain).message).toHaveLength(2003)
  })

  // As kube-apiserver 1.36 answers an apply that does not fit the schema.
  test('an object that does not fit its schema is told as the fault of the object', () => {
    const message =
      'failed to create typed patch object (/q; apps/v1, Kind=Deployment): errors:\n  .spec.replicas: expected numeric (int or float), got string\n  .spec.template.spec.containers[name="a"].imag: field not declared in schema'
    const answer = { status: 500, text: status({ code: 500, message }) }
    expect(isFinalAnswer(answer)).toBe(true)
    const refusal = parseRefusal(answer, plain)
    expect(refusal).toMatchObject({ status: 422, reason: 'Invalid', message })
    expect(refusal.causes).toEqual([
      {
        reason: 'FieldValueInvalid',
        field: '.spec.replicas',
        message: 'expected numeric (int or float), got string',
      },
      {
        reason: 'FieldNotDeclared',
        field: '.spec.template.spec.containers[name="a"].imag',
        message: 'field not declared in schema',
      },
    ])
  })

  test.each([
    ['a webhook that failed', status({ code: 500, message: 'failed calling webhook "x"' })],
    ['a store that was slow', status({ code: 500, message: 'etcdserver: request timed out' })],
    ['no Status', 'failed to create typed patch object (x)'],
  ])('%s is not the fault of the object', (_, text) => {
    expect(isFinalAnswer({ status: 500, text })).toBe(false)
    expect(parseRefusal({ status: 500, text }, plain).status).toBe(500)
  })
})

const HIDDEN = '(the rest is not shown: it could hold a value of the Secret)'

// Each as kube-apiserver 1.36 answers it, with the value of the test instead of "<secret contents ...>".
describe('refusals of a Secret hold no value', () => {
  test.each([
    [
      'causes that echo a value',
      status({
        code: 422,
        reason: 'Invalid',
        message: 'Secret "q" is invalid: data[.dockerconfigjson]: Invalid value: "hunter2": bad',
        details: {
          causes: [
            {
              reason: 'FieldValueInvalid',
              message: 'Invalid value: "hunter2": bad',
              field: 'data[.dockerconfigjson]',
            },
          ],
        },
      }),
      `Invalid data[.dockerconfigjson] ${HIDDEN}`,
    ],
    [
      'a text where a map is wanted',
      status({
        code: 500,
        message:
          'failed to create typed patch object (/q; /v1, Kind=Secret): .data: expected map, got &{hunter2}',
      }),
      `Invalid .data ${HIDDEN}`,
    ],
    [
      'a number',
      status({
        code: 500,
        message:
          'failed to create typed patch object (/q; /v1, Kind=Secret): .stringData.pin: expected string, got &value.valueUnstructured{Value:hunter2}',
      }),
      `Invalid .stringData.pin ${HIDDEN}`,
    ],
    [
      'a text of lines that look like fields',
      status({
        code: 500,
        message:
          'failed to create typed patch object (/q; /v1, Kind=Secret): .data: expected map, got &{a\n  .hunter2: b}',
      }),
      `Invalid .data ${HIDDEN}`,
    ],
    [
      'unknown fields',
      status({
        code: 400,
        reason: 'BadRequest',
        message: 'strict decoding error: unknown field "stringDta", value "hunter2"',
      }),
      `BadRequest stringDta ${HIDDEN}`,
    ],
    ['a page', '<html>hunter2</html>', `BadGateway ${HIDDEN}`],
    [
      'a last-applied annotation',
      status({ code: 409, reason: 'Conflict', message: '{"data":"hunter2"}' }),
      `Conflict ${HIDDEN}`,
    ],
  ])('%s', (_, text, message) => {
    const refusal = parseRefusal({ status: 502, text }, secret)
    expect(refusal.message).toBe(message)
    expect(JSON.stringify(refusal)).not.toContain('hunter2')
  })
})
