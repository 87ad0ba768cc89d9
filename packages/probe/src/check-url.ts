// The public address of an endpoint, as an input gives it.
import { bad, good, type Result } from '@sluice/rollout'

/** An http(s) address without credentials and without #. A problem shows no part of it: a query may be a key. */
export function parseCheckUrl(text: string, where = 'check-url'): Result<string> {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (url === null) return bad({ where, message: `is no address; ${WANTED}` })
  const faults = [
    ...(/^https?:$/.test(url.protocol) ? [] : [`has the scheme ${url.protocol.slice(0, -1)}`]),
    ...(url.username === '' && url.password === '' ? [] : ['holds credentials']),
    ...(url.hash === '' ? [] : ['holds a part after #, which is never sent']),
  ]
  if (faults.length === 0) return good(url.href)
  return bad({ where, message: `${faults.join(' and ')}; ${WANTED}` })
}

const WANTED = 'wanted an http(s) address such as https://churn.example.com/score'
