// Lists: one page and the link to the next.
import type { SimAnswer } from '../kernel/simulator.ts'
import type { ArmCall } from './call.ts'
import type { JsonObject } from './json.ts'
import { badRequest } from './refusal.ts'

const PAGE = 30

/** One page of the values, by the query `$skip`; `size` is how many fit on it. */
export function paged(call: ArmCall, values: readonly JsonObject[], size = PAGE): SimAnswer {
  const from = wholeNumber(call, '$skip') ?? 0
  const value = values.slice(from, from + size)
  if (from + size >= values.length) return { status: 200, body: { value } }
  const query = new URLSearchParams(call.request.query)
  query.set('$skip', String(from + size))
  return {
    status: 200,
    body: { value, nextLink: `${call.request.origin}${call.request.path}?${query.toString()}` },
  }
}

/** A number of the query, or null when it is absent. */
export function wholeNumber(call: ArmCall, name: string): number | null {
  const text = call.request.query.get(name)
  if (text === null) return null
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw badRequest(`The query ${name} must be a whole number, found '${text}'.`, name)
}
