import { describe, expect, test } from '@jest/globals'
import { SluiceError } from '@sluice/rollout'
import { repositoryOf, observeStatus, type GitHubAnswer, type GitHubRequest } from '@sluice/github'

const failureOf = async (request: GitHubRequest): Promise<unknown> => {
  const { signal } = new AbortController()
  return observeStatus(repositoryOf('ada/taxi', { request, signal }), {
    sha: 'a'.repeat(40),
    context: 'cd/staging',
  }).then(
    () => null,
    (error: unknown) => error,
  )
}

const answer = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): GitHubAnswer => ({ status, data: { message }, headers })

const cases: readonly { readonly answer: GitHubAnswer; readonly code: string }[] = [
  { answer: answer(401, 'Bad credentials'), code: 'GITHUB_TOKEN_REFUSED' },
  {
    answer: answer(403, 'Resource not accessible by integration'),
    code: 'GITHUB_PERMISSION_MISSING',
  },
  {
    answer: answer(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' }),
    code: 'GITHUB_RATE_LIMITED',
  },
  {
    answer: answer(403, 'You have exceeded a secondary rate limit', { 'retry-after': '60' }),
    code: 'GITHUB_RATE_LIMITED',
  },
  { answer: answer(403, 'You have exceeded a secondary rate limit'), code: 'GITHUB_RATE_LIMITED' },
  { answer: answer(429, ''), code: 'GITHUB_RATE_LIMITED' },
  { answer: answer(404, 'Not Found'), code: 'GITHUB_NOT_FOUND' },
  { answer: answer(422, 'No commit found for SHA'), code: 'GITHUB_REFUSED' },
  { answer: answer(502, 'Server Error'), code: 'GITHUB_UNAVAILABLE' },
  { answer: answer(503, ''), code: 'GITHUB_UNAVAILABLE' },
  {
    answer: { status: 200, data: { not: 'a list' }, headers: {} },
    code: 'GITHUB_UNEXPECTED_ANSWER',
  },
]

describe('an answer that is no success', () => {
  test.each(cases)('$answer.status $answer.data.message is $code', async ({ answer, code }) => {
    expect(await failureOf(() => Promise.resolve(answer))).toMatchObject({ code })
  })

  test.each(cases)(
    '$answer.status is the same thrown by a client: $code',
    async ({ answer, code }) => {
      const error = Object.assign(new Error('HttpError'), {
        status: answer.status,
        response: answer,
      })
      expect(await failureOf(() => Promise.reject(error))).toMatchObject({ code })
    },
  )

  test('names the request, its id, and the permission', async () => {
    const headers = { 'x-github-request-id': 'AB:12' }
    const found = await failureOf(() =>
      Promise.resolve(answer(403, 'Resource not accessible by integration', headers)),
    )
    expect(found).toBeInstanceOf(SluiceError)
    expect(found).toMatchObject({
      message: expect.stringMatching(/^GET .*statuses: 403 Resource .*\(request AB:12\)$/),
      hint: expect.stringContaining('statuses: read'),
    })
  })

  test.each([403, 404, 422])(
    'that is about workflow files names their permission: %s',
    async (status) => {
      const text =
        'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission'
      expect(await failureOf(() => Promise.resolve(answer(status, text)))).toMatchObject({
        code: 'GITHUB_PERMISSION_MISSING',
        hint: expect.stringContaining('`workflows: write`'),
      })
    },
  )

  test('tells the details of a validation on one line', async () => {
    const data = {
      message: 'Validation Failed',
      errors: [{ field: 'sha', code: 'invalid' }, { message: 'two\nlines' }],
    }
    const found = await failureOf(() => Promise.resolve({ status: 422, data, headers: {} }))
    expect(found).toMatchObject({
      message: expect.stringContaining('422 Validation Failed; sha: invalid; two lines'),
    })
  })

  test('that never came is thrown as it is', async () => {
    const reason = new Error('cancelled')
    expect(await failureOf(() => Promise.reject(reason))).toBe(reason)
  })
})
