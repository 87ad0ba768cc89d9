// The step's log. A printed text can never be read as a command by the runner.
import { debug, error, notice, setSecret, warning } from '@actions/core'
import type { Masks } from './masks.ts'
import type { Log } from './ports.ts'

export interface StepLog extends Log {
  /** The one error annotation of a failed step. */
  error(message: string, title: string): void
}

/** The runner cuts messages here. */
const LONGEST_ANNOTATION = 4000

/** `onRunner`: false prints plain lines instead of runner commands, and never a secret. */
export function createLog(masks: Masks, { onRunner }: { readonly onRunner: boolean }): StepLog {
  const print = (text: string): void => {
    process.stdout.write(`${neutral(masks.hide(text))}\n`)
  }
  const annotate =
    (level: string, command: (message: string) => void) =>
    (message: string): void => {
      const text = masks.hide(message).slice(0, LONGEST_ANNOTATION)
      if (onRunner) command(text)
      else print(`${level}: ${text}`)
    }
  return {
    info: print,
    debug: (line) => {
      if (onRunner) debug(masks.hide(line))
    },
    notice: annotate('notice', notice),
    warning: annotate('warning', warning),
    error: (message, title) => annotate('error', (text) => error(text, { title }))(message),
    mask: (secret) => {
      if (secret === '') return
      if (onRunner) setSecret(secret)
      masks.add(secret)
    },
    hide: masks.hide,
  }
}

/** The runner reads `::` at the start of a line, and `##[` anywhere in it. */
const neutral = (text: string): string =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/^(\s*):(?=:)/, '$1:\u2060').replaceAll('##[', '##\u2060['))
    .join('\n')
