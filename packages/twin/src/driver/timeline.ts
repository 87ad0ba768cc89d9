// What a live listener hears while a run goes on. Texts are masked.
import type { Run } from '../github/service.ts'
import type { Annotation, Conclusion, Stage } from './result.ts'

type Happening =
  | { readonly kind: 'run-started'; readonly run: Run; readonly workflow: string }
  | { readonly kind: 'group-wanted'; readonly job: string; readonly group: string }
  | { readonly kind: 'approval-wanted'; readonly job: string; readonly environment: string }
  | { readonly kind: 'approval-given'; readonly job: string; readonly environment: string }
  | { readonly kind: 'approval-refused'; readonly job: string; readonly environment: string }
  | { readonly kind: 'job-started'; readonly job: string }
  | {
      readonly kind: 'step-started'
      readonly job: string
      readonly step: string
      readonly stage: Stage
    }
  | { readonly kind: 'log'; readonly job: string; readonly step: string; readonly line: string }
  | { readonly kind: 'annotation'; readonly job: string; readonly annotation: Annotation }
  | {
      readonly kind: 'step-ended'
      readonly job: string
      readonly step: string
      readonly stage: Stage
      readonly conclusion: Conclusion
      /** Markdown, masked; null when the step wrote none. */
      readonly summary: string | null
    }
  | { readonly kind: 'job-ended'; readonly job: string; readonly result: Conclusion }
  | { readonly kind: 'job-kept'; readonly job: string; readonly result: Conclusion }
  | { readonly kind: 'run-ended'; readonly run: Run; readonly conclusion: Conclusion }

/** `at`: virtual milliseconds since 1970. */
export type DriverEvent = Happening & { readonly at: number }
export type Tell = (happening: Happening) => void
