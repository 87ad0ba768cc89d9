// One object as a line of the log.
import { oneLine } from '@sluice/documents'
import { renderId, type ObjectReport } from '@sluice/kubernetes'

/** `Deployment shop/web configured: reason: message`, as kubectl tells it; `word` instead of the action. */
export const rowLine = (
  { id, action, reason, message }: ObjectReport,
  word: string = action,
): string =>
  oneLine(
    [`${renderId(id)} ${word === 'none' ? 'is not ready yet' : word}`, reason, message]
      .filter((part) => part !== '')
      .join(': '),
  )
