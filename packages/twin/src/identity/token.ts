// Compact signed tokens, the one thing the simulated Entra, Azure and GitHub issuers share.
import { createHmac, timingSafeEqual } from 'node:crypto'

export type Claims = Readonly<Record<string, string | number>>

/** The key with which the simulated Entra signs, and by which the simulated Azure knows its tokens. */
export const TWIN_TOKEN_KEY = 'twin: simulated Entra'

/** A compact JWT (HS256) over the claims. */
export function signToken(claims: Claims, key: string): string {
  const head = encode({ alg: 'HS256', typ: 'JWT' })
  const payload = encode(claims)
  return `${head}.${payload}.${signatureOf(`${head}.${payload}`, key)}`
}

/** The claims when the signature fits the key, else null. Says nothing about time or audience. */
export function verifyToken(token: string, key: string): Claims | null {
  const [head, payload, signature, ...rest] = token.split('.')
  if (head === undefined || payload === undefined || signature === undefined) return null
  if (rest.length > 0) return null
  const wanted = Buffer.from(signatureOf(`${head}.${payload}`, key))
  const found = Buffer.from(signature)
  if (wanted.length !== found.length || !timingSafeEqual(wanted, found)) return null
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims
}

/** The text after `Bearer `, or null. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signatureOf = (text: string, key: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')
