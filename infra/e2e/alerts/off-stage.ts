/** What a run of alerts needs to be a test: a place for its files, and an end with the test. */
import { onTestFinished } from 'vitest'
import { tempDir } from '../../testkit/temp-dir.ts'
import type { StageOptions } from './stage.ts'

export function offStage(): StageOptions {
  const undo = new AsyncDisposableStack()
  onTestFinished(() => undo.disposeAsync())
  return {
    home: tempDir(),
    note: () => undefined,
    defer: (step) => undo.defer(async () => void (await step())),
    signal: new AbortController().signal
  }
}
