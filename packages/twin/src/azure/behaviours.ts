// What simulated model versions answer, described by the example's `rehearsal.yml` (already parsed).
//
//   models:
//     nyc_fare_prediction:          model name
//       '1':                        version; '*' stands for every version not named
//         kind: linear              one prediction per row, computed from the request
//         rows: data                the body's field with the rows, column by column:
//                                   {"data": {"tripDistance": {"715": "1.14", "3633": "6.43"}, ...}}
//         intercept: 2.5
//         terms: {tripDistance: 2.5, passengerCount: 0.1}
//       '2':
//         kind: error-text          answers 200 with a JSON text: how a script that catches everything fails
//         text: "Error: could not load the model"
//       '3':
//         kind: status              the container answers with this status (the caller sees 424)
//         status: 500
//         text: "worker died"
//       '4':
//         kind: fixed               answers 200 with this JSON, whatever the request
//         body: {class: "short"}
//
// `linear` answers a JSON array of numbers in the order of the rows. A request that it cannot read
// is answered like a script with one big `except` does: 200 and a JSON text.
import { isObject, own, type Json, type JsonObject } from './json.ts'
import type { Answerer, ModelAnswer } from './scoring.ts'

export type ModelBehaviour =
  | {
      readonly kind: 'linear'
      readonly rows: string
      readonly intercept: number
      readonly terms: Readonly<Record<string, number>>
    }
  | { readonly kind: 'fixed'; readonly body: Json }
  | { readonly kind: 'error-text'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number; readonly text: string }

/** The value of `models:` in rehearsal.yml: name, version, behaviour. */
export type RehearsalModels = Readonly<Record<string, Readonly<Record<string, ModelBehaviour>>>>

/** The answers of all models described; one that is not described answers 500, which callers see as 424. */
export function answererOf(models: RehearsalModels): Answerer {
  return (model, requestBody) => {
    const versions = model === null ? undefined : own(models, model.name)
    const behaviour =
      model === null ? undefined : (own(versions ?? {}, model.version) ?? versions?.['*'])
    if (behaviour === undefined) {
      return { status: 500, body: `no behaviour for model ${model?.name}:${model?.version}` }
    }
    return answerBy(behaviour, requestBody)
  }
}

function answerBy(behaviour: ModelBehaviour, requestBody: string): ModelAnswer {
  switch (behaviour.kind) {
    case 'linear':
      return linear(behaviour, requestBody)
    case 'fixed':
      return { status: 200, body: JSON.stringify(behaviour.body) }
    case 'error-text':
      return { status: 200, body: JSON.stringify(behaviour.text) }
    case 'status':
      return { status: behaviour.status, body: behaviour.text }
  }
}

type Linear = Extract<ModelBehaviour, { kind: 'linear' }>

function linear(behaviour: Linear, requestBody: string): ModelAnswer {
  const read = readRows(behaviour, requestBody)
  const body = 'problem' in read ? read.problem : read.rows.map((row) => predict(behaviour, row))
  return { status: 200, body: JSON.stringify(body) }
}

function predict({ intercept, terms }: Linear, row: Readonly<Record<string, number>>): number {
  const sum = Object.entries(terms).reduce(
    (total, [column, factor]) => total + factor * (row[column] ?? 0),
    intercept,
  )
  // Cut the noise of binary fractions: 5.35, not 5.3500000000000005.
  return Number(sum.toFixed(6))
}

type Rows =
  { readonly rows: readonly Readonly<Record<string, number>>[] } | { readonly problem: string }

/** The columns the terms name, as rows; or what is wrong, in one sentence. */
function readRows({ rows, terms }: Linear, requestBody: string): Rows {
  const columns = columnsOf(rows, requestBody)
  if (columns === null) return { problem: `Error: the request has no object "${rows}" of columns` }
  const names = Object.keys(terms)
  const first = Object.values(columns)[0]
  const ids = isObject(first) ? Object.keys(first) : []
  if (ids.length === 0) return { problem: `Error: "${rows}" holds no rows` }
  const made: Record<string, number>[] = []
  for (const id of ids) {
    const row: Record<string, number> = {}
    for (const name of names) {
      const column = columns[name]
      const value = isObject(column) ? column[id] : undefined
      const number = value === undefined || value === '' || value === null ? NaN : Number(value)
      if (Number.isNaN(number)) {
        return { problem: `Error: column "${name}" has no number in row "${id}"` }
      }
      row[name] = number
    }
    made.push(row)
  }
  return { rows: made }
}

function columnsOf(field: string, requestBody: string): JsonObject | null {
  let value: unknown
  try {
    value = JSON.parse(requestBody)
  } catch {
    return null
  }
  const columns = isObject(value) ? value[field] : undefined
  return isObject(columns) ? columns : null
}
