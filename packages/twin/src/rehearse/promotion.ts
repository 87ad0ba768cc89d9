// What a person does with promotion pull requests, on every platform.
import { PERSON } from './site.ts'
import type { Stage } from './stage.ts'

/** Merges what is open, oldest first; the branch rule decides whether it may. */
export async function mergePromotion(stage: Stage): Promise<void> {
  for (const { number, head, base } of await stage.person.pulls('open')) {
    await stage.person.merge(number)
    stage.narrate(`pull request #${number} merged by ${PERSON}: ${head} to ${base}`)
  }
  await stage.settle()
}
