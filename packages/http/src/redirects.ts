// Redirects, followed by our own rule: what names a person or a job never goes to another origin.
import type { HttpRequest } from './door.ts'

/** The only headers that travel to another origin. */
const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

/** The request to make next, or null when the answer is to be given back as it is. */
export function planRedirect(
  request: HttpRequest,
  answer: { readonly status: number; readonly location: string | undefined },
): HttpRequest | null {
  if (answer.location === undefined || !URL.canParse(answer.location, request.url)) return null
  const to = new URL(answer.location, request.url)
  const from = new URL(request.url)
  if (to.protocol !== 'https:' && to.protocol !== from.protocol) return null
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const kept = answer.status === 307 || answer.status === 308
  if (to.origin === from.origin) {
    const follows = kept || (reading && [301, 302, 303].includes(answer.status))
    return follows ? { ...request, url: to.href } : null
  }
  // A write is never carried to another origin: its body is not meant for it.
  if (!reading || !(kept || [301, 302, 303].includes(answer.status))) return null
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(([name]) => HARMLESS.has(name.toLowerCase())),
  )
  return { ...request, url: to.href, headers }
}
