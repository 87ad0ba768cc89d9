// A slot is written or deleted only while it serves nobody. That can change between two tries, and a
// refusal can mean just this, so it is looked at right before every one of them (design S2, S4, S6).
import { azuremlError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isChanging, mirrorOf, stateOf, trafficOf } from './observe.ts'
import type { Patience } from './patience.ts'
import { readEndpoint, type Site } from './site.ts'

export interface Guarded {
  readonly slot: string
  readonly patience: Patience
  /** Azure has just said that it is at work on the endpoint: one read proves nothing. */
  readonly wary: boolean
}

const POLL_SECONDS = 5
/** Right after a change of traffic, reads show an older moment: so many must agree, this far apart. */
const AGREEING_READS = 3
const LAG_SECONDS = 3

/**
 * The endpoint when Azure is not at work on it and no request goes to the slot; null: it does not
 * exist. Throws AZUREML_SLOT_HAS_TRAFFIC when the slot gets live or mirrored requests.
 */
export async function guardSlot(
  site: Site,
  { slot, patience, ...guarded }: Guarded,
  signal: AbortSignal,
): Promise<JsonObject | null> {
  let { wary } = guarded
  let last = ''
  let agreeing = 0
  for (;;) {
    const raw = await readEndpoint(site, signal)
    if (raw === null) return null
    if (isChanging(raw)) {
      wary = true
      agreeing = 0
      await patience(POLL_SECONDS, `endpoint ${stateOf(raw)}`, signal)
      continue
    }
    const serves = renderServing(slot, raw)
    agreeing = serves === last ? agreeing + 1 : 1
    last = serves
    if (!wary || agreeing >= AGREEING_READS) {
      if (serves === '') return raw
      throw azuremlError(
        'AZUREML_SLOT_HAS_TRAFFIC',
        `slot ${slot} of ${site.endpoint} has ${serves}; it was not touched`,
      )
    }
    await patience(LAG_SECONDS, 'was at work a moment ago', signal)
  }
}

/** Empty: nobody's requests go there. */
function renderServing(slot: string, endpoint: JsonObject): string {
  const live = trafficOf(endpoint)[slot] ?? 0
  const mirrored = mirrorOf(endpoint)[slot] ?? 0
  return live === 0 && mirrored === 0 ? '' : `${live} % of live traffic and ${mirrored} % mirrored`
}
