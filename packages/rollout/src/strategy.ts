// The strategy: how fast the candidate gets traffic. Checked against what the platform can do.
import type { Capabilities } from './platform.ts'
import type { Strategy } from './plan.ts'
import { refuse, type Refusal } from './refusal.ts'
import type { RequestMatch } from './routing.ts'

interface Misfit {
  readonly message: string
  readonly hint?: string
}

/** null: the strategy can be followed there. All misfits are told at once. */
export function checkStrategy(strategy: Strategy, capabilities: Capabilities): Refusal | null {
  const misfits = [
    ...stepMisfits(strategy),
    ...bakeMisfits(strategy),
    ...weightMisfits(strategy, capabilities),
    ...(strategy.match === undefined ? [] : matchMisfits(strategy.match, capabilities)),
    ...(strategy.mirrorPercent === undefined
      ? []
      : mirrorMisfits(strategy.mirrorPercent, capabilities)),
  ]
  const [first] = misfits
  if (first === undefined) return null
  const message = misfits.map((misfit) => misfit.message).join('; ')
  return refuse('ROLLOUT_BAD_STRATEGY', message, first.hint)
}

/** Match or mirror before any weight, so that there is a first step of weight 0. */
export const routesFirst = ({ match, mirrorPercent }: Strategy): boolean =>
  match !== undefined || mirrorPercent !== undefined

function stepMisfits(strategy: Strategy): readonly Misfit[] {
  const { steps } = strategy
  const alone = steps.length === 1 && steps[0] === 0
  if (alone && routesFirst(strategy)) return []
  const whole = steps.every((step) => Number.isInteger(step) && step >= 1 && step <= 100)
  const rising = steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0))
  if (whole && rising && steps.at(-1) === 100) return []
  const message = `steps: found "${steps.join(',')}"; wanted rising whole percents up to 100`
  return [
    alone
      ? {
          message: `${message}, or 0 with match or mirror`,
          hint: 'Give match or mirror, or steps.',
        }
      : { message },
  ]
}

const bakeMisfits = ({ bakeSeconds }: Strategy): readonly Misfit[] =>
  Number.isInteger(bakeSeconds) && bakeSeconds >= 0
    ? []
    : [{ message: `bake-seconds: found ${bakeSeconds}; wanted whole seconds` }]

const weightMisfits = ({ steps }: Strategy, { weights }: Capabilities): readonly Misfit[] =>
  weights === 'all-or-nothing' && steps.length > 1
    ? [
        {
          message: `steps: found "${steps.join(',')}"; this traffic back end knows only 0 and 100`,
          hint: 'Use steps: 100, or a back end with weights.',
        },
      ]
    : []

const MAX_CHARACTERS = 256
/** RFC 9110, 5.6.2: names of headers, and of cookies too. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/
/** What can stand in a header as it is: blanks at its ends are dropped on the way. */
const HEADER_VALUE = /^[!-~](?:[ -~]*[!-~])?$/
/** RFC 6265, 4.1.1: a cookie has no blanks, quotes, commas, semicolons and backslashes. */
const COOKIE_VALUE = /^[!#-+\--:<-[\]-~]+$/

function matchMisfits(match: RequestMatch, { matches = [] }: Capabilities): readonly Misfit[] {
  const { kind, name, value } = match
  if (!matches.includes(kind)) {
    const known = matches.length === 0 ? 'none' : matches.join(' or ')
    return [
      {
        message: `match: found a ${kind}; this traffic back end matches requests by ${known}`,
        hint: 'Leave match out, or use a back end that can match by it.',
      },
    ]
  }
  const pattern = kind === 'header' ? HEADER_VALUE : COOKIE_VALUE
  const misfits: Misfit[] = []
  if (!TOKEN.test(name)) {
    misfits.push({
      message: `match: found the ${kind} name ${JSON.stringify(name)}; wanted letters, digits and !#$%&'*+-.^_\`|~, ${MAX_CHARACTERS} at most`,
      hint: `Give the name of one ${kind}.`,
    })
  }
  if (value.length > MAX_CHARACTERS || !pattern.test(value)) {
    const without = kind === 'header' ? 'without blanks at its ends' : 'without blanks and ",;\\'
    misfits.push({
      message: `match: found the ${kind} value ${JSON.stringify(value)}; wanted 1 to ${MAX_CHARACTERS} printable ASCII characters ${without}`,
      hint: `Give the exact value of the ${kind}.`,
    })
  }
  return misfits
}

function mirrorMisfits(percent: number, { mirrorMaxPercent }: Capabilities): readonly Misfit[] {
  if (mirrorMaxPercent === 0) {
    return [
      {
        message: `mirror: found ${percent}; this traffic back end copies no requests`,
        hint: 'Leave mirror out, or use a back end that can mirror.',
      },
    ]
  }
  if (Number.isInteger(percent) && percent >= 1 && percent <= mirrorMaxPercent) return []
  return [
    {
      message: `mirror: found ${percent}; wanted a whole percent from 1 to ${mirrorMaxPercent}`,
      hint: 'Give the percent of requests to copy.',
    },
  ]
}
