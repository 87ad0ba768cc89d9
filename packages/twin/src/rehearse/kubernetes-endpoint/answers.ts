// What the simulated versions of an image answer: to whoever asks a pod, and at the public address.
import { answererOf, type RehearsalModels } from '../../azure/behaviours.ts'
import type { EndpointDescription } from './description.ts'

export interface VersionAnswer {
  readonly status: number
  readonly body: string
}

/** `image` with its tag. An image that nobody describes answers 500. */
export type AnswerOf = (image: string, requestBody: string) => VersionAnswer

export interface Answers {
  readonly inPod: AnswerOf
  readonly atPublicAddress: AnswerOf
}

export function answersOf({ versions, atPublicAddress }: EndpointDescription): Answers {
  const inPod = answers(versions)
  const outside = answers(atPublicAddress)
  return {
    inPod,
    atPublicAddress: (image, body) =>
      describes(atPublicAddress, image) ? outside(image, body) : inPod(image, body),
  }
}

const answers = (models: RehearsalModels): AnswerOf => {
  const answer = answererOf(models)
  return (image, body) => answer(split(image), body)
}

function describes(models: RehearsalModels, image: string): boolean {
  const { name, version } = split(image)
  return models[name]?.[version] !== undefined
}

/** `registry:5000/a/b:1.0.0` is `registry:5000/a/b` in version `1.0.0`. */
function split(image: string): { readonly name: string; readonly version: string } {
  const [, name = image, version = ''] = /^(.*):([^:/]+)$/.exec(image) ?? []
  return { name, version }
}
