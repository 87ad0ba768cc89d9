// The official resource definitions in test/crds as strict checks of objects.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { isRecord, recordsIn } from '../../../src/record.ts'

const CRDS = resolve(import.meta.dirname, '../../../../../test/crds')

/** `path message` of everything that the API server would refuse by the schema; fields it does not know too. */
export type Check = (object: unknown) => readonly string[]

/** `file` below test/crds. What `x-kubernetes-validations` says is checked by a real API server alone. */
export function checkOf(file: string, version: string): Check {
  const crd: unknown = parse(readFileSync(resolve(CRDS, file), 'utf8'))
  const spec = isRecord(crd) && isRecord(crd['spec']) ? crd['spec'] : {}
  const found = recordsIn(spec['versions']).find(({ name }) => name === version)
  const schema = isRecord(found?.['schema']) ? found['schema']['openAPIV3Schema'] : null
  if (!isRecord(schema)) throw new Error(`${file} has no version ${version}`)
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  const whole = {
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      ...properties,
      metadata: { type: 'object' },
    },
  }
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, useDefaults: true })
  const validate = ajv.compile(closed(whole))
  return (object) => {
    // The API server fills in all defaults before it looks; here a first look does it.
    const filled = structuredClone(object)
    validate(filled)
    validate(filled)
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const field: unknown = params['additionalProperty']
      return `${instancePath} ${message ?? ''}${typeof field === 'string' ? ` (${field})` : ''}`
    })
  }
}

/** Objects have no field that their schema does not name; alternatives inside only narrow them down. */
function closed(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties, items, additionalProperties } = schema
  const open =
    additionalProperties !== undefined ||
    properties === undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true
  return {
    // Null says nothing to the API server, and is no schema for others.
    ...Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== null)),
    ...(isRecord(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, isRecord(one) ? closed(one) : one]),
      ),
    }),
    ...(isRecord(items) && { items: closed(items) }),
    ...(isRecord(additionalProperties) && { additionalProperties: closed(additionalProperties) }),
    ...(!open && { additionalProperties: false }),
  }
}
