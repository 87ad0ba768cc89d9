// Observe the slot, ask it, observe it again, then say what that proves. Changes nothing.
import { badInput, writeDocument, type Ports, type Report } from '@sluice/action'
import { expectationFor, judgeAnswer, makeEvidence, type Sample } from '@sluice/evidence'
import { probeSlot } from '@sluice/probe'
import type { Platform, Problem, Result } from '@sluice/rollout'
import type { Config } from './config.ts'
import { readMaterial, type Material } from './material.ts'
import type { LoadPlatform } from './platform.ts'
import { reportCancelled, reportDryRun, reportTest } from './report.ts'
import { observeSlot } from './slot.ts'

export const createMain =
  (load: LoadPlatform) =>
  async (config: Config, ports: Ports): Promise<Report> => {
    const open = await load(config.platform)(config.platformInputs, ports)
    const material = await readMaterial(config, ports)
    if (!open.ok || !material.ok) throw badInput([...problemsOf(open), ...problemsOf(material)])
    const { target } = material.value
    const { platform, close } = await open.value(target)
    let answers = 0
    try {
      return await testSlot(
        { config, material: material.value, platform, onAnswer: () => answers++ },
        ports,
      )
    } catch (error) {
      if (ports.signal.aborted) return reportCancelled(target, answers)
      throw error
    } finally {
      await close()
    }
  }

const problemsOf = (result: Result<unknown>): readonly Problem[] =>
  result.ok ? [] : result.problems

interface Test {
  readonly config: Config
  readonly material: Material
  readonly platform: Platform
  readonly onAnswer: () => void
}

async function testSlot(test: Test, ports: Ports): Promise<Report> {
  const { config, material, platform } = test
  const { target, policy, digest, file } = material
  const question = { platform, target, waitSeconds: config.waitSeconds }
  const before = await observeSlot(question, ports)
  if (config.dryRun) {
    const { requests } = material
    return reportDryRun({ target, requests, rounds: config.rounds, policyFile: file, before })
  }
  const samples = await askSlot(test, ports)
  // Evidence is bound to a revision: whoever changed the slot meanwhile made it worthless.
  const after = await observeSlot({ ...question, waitSeconds: 0 }, ports)
  const evidence = makeEvidence({ target, samples, policy, policyDigest: digest }, ports.sha256)
  ports.signal.throwIfAborted()
  const document = await writeDocument({ name: 'evidence', document: evidence }, ports)
  return reportTest({ evidence, document, policyFile: file, before, after })
}

function askSlot(
  { config, material, platform, onAnswer }: Test,
  ports: Ports,
): Promise<readonly Sample[]> {
  const { target, requests, policy } = material
  return probeSlot(
    {
      platform,
      slot: target.slot,
      requests,
      rounds: config.rounds,
      waitSeconds: config.waitSeconds,
      isAnswered: (request, answer) => {
        onAnswer()
        const expectation = expectationFor(policy, request.name)
        return judgeAnswer(answer, expectation, target.slot).kind !== 'unanswered'
      },
    },
    { clock: ports.clock, signal: ports.signal, report: ports.log.info },
  )
}
