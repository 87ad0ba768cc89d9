// Does a label selector of Kubernetes fit these labels?
import { isRecord } from '../record.ts'
import { listOf, type Json } from './json.ts'

/** An empty selector fits everything, no selector nothing. */
export function selects(selector: unknown, labels: Json): boolean {
  if (!isRecord(selector)) return false
  const wanted = isRecord(selector['matchLabels']) ? selector['matchLabels'] : {}
  return (
    Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
    listOf(selector['matchExpressions']).every((expression) => fits(expression, labels))
  )
}

function fits(expression: unknown, labels: Json): boolean {
  if (!isRecord(expression)) return false
  const key = String(expression['key'])
  const has = Object.hasOwn(labels, key)
  const listed = has && listOf(expression['values']).includes(labels[key])
  switch (expression['operator']) {
    case 'In':
      return listed
    case 'NotIn':
      return !listed
    case 'Exists':
      return has
    case 'DoesNotExist':
      return !has
    default:
      return false
  }
}
