// Classes of failures that end the wait early, and how long each may last before it does.
import { didYouMean } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'

/** Seconds that each class may last. */
const DEFAULTS = {
  /** The image has no valid name, or must never be pulled and is not there. */
  'invalid-image': 0,
  /** A ConfigMap, Secret or key is missing, or the container cannot be made: order may heal it. */
  'config-error': 10,
  'crash-loop': 60,
  'image-pull': 60,
  'out-of-memory': 60,
  /** Pods are refused: quota, admission. */
  quota: 60,
} as const

export type EarlyClass = keyof typeof DEFAULTS
/** Seconds of grace, or `off`: the class is shown, but never ends the wait. */
export type EarlyOptions = Readonly<Record<EarlyClass, number | 'off'>>

export const earlyClasses = Object.keys(DEFAULTS) as readonly EarlyClass[]
export const defaultEarlyOptions: EarlyOptions = DEFAULTS
const LONGEST_GRACE_SECONDS = 86_400

/**
 * `crash-loop=120, image-pull=off` over the defaults; `off` alone switches all classes off. Commas
 * and line ends divide. All problems are told at once; `where` is the input that is read.
 */
export function parseEarlyOptions(text: string, where = 'fail-early'): Result<EarlyOptions> {
  const parts = text.split(/[,\n]/).flatMap((part) => part.trim() || [])
  if (parts.length === 1 && parts[0] === 'off') return good(allOff)
  const problems: Problem[] = []
  const chosen = new Map<EarlyClass, number | 'off'>()
  for (const part of parts) {
    const [name = '', ...rest] = part.split('=').map((piece) => piece.trim())
    const value = rest.length === 1 ? rest[0] : undefined
    const known = earlyClasses.find((one) => one === name)
    const grace = value === undefined ? null : parseGrace(value)
    if (known === undefined) {
      problems.push({
        where,
        message: `no class ${quote(name)}; ${didYouMean(name, earlyClasses)}`,
      })
    } else if (grace === null) {
      const wanted = `wanted ${known}=SECONDS (0 to ${LONGEST_GRACE_SECONDS}) or ${known}=off`
      problems.push({ where, message: `found ${quote(part)}; ${wanted}` })
    } else if (chosen.has(known)) {
      problems.push({ where, message: `${known} is given twice` })
    } else {
      chosen.set(known, grace)
    }
  }
  if (problems.length > 0) return bad(...problems)
  return good({ ...DEFAULTS, ...Object.fromEntries(chosen) })
}

const allOff = Object.fromEntries(earlyClasses.map((name) => [name, 'off'])) as EarlyOptions

const quote = (text: string): string => JSON.stringify(text.slice(0, 60))

function parseGrace(text: string): number | 'off' | null {
  if (text === 'off') return 'off'
  if (!/^\d{1,6}$/.test(text)) return null
  const seconds = Number(text)
  return seconds <= LONGEST_GRACE_SECONDS ? seconds : null
}
