/** Finds a Chromium for the tests that look at the page, or gets one, in the order of least effort. */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { installWithApt } from './apt.ts'
import { findOnPath } from './search-path.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** Where there is no PATH to look at: on a Mac, and where Playwright puts its own. */
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  chromium.executablePath()
]

export interface ChromiumWays {
  env: Record<string, string | undefined>
  /** Tells what takes long. */
  note: (text: string) => void
  places?: string[]
  apt?: (packageName: string) => Promise<boolean>
  /** @returns where it was put */
  download?: () => Promise<string>
}

/**
 * The file to start: `CHROMIUM_PATH`, else one on the PATH, else from apt (root only), else what Playwright downloads.
 *
 * @throws naming the ways to get one, when none of these worked.
 */
export async function chromiumProgram(ways: ChromiumWays): Promise<string> {
  const { env, note, places = PLACES, apt = installWithApt, download = downloaded } = ways
  const given = env.CHROMIUM_PATH
  if (given) {
    if (runs(given)) return given
    throw new Error(`CHROMIUM_PATH is ${given}, which does not start. Set it to a Chromium or Chrome.`)
  }
  const search = () => [...NAMES.flatMap((name) => findOnPath(name, env.PATH)), ...places].find(runs)
  const found = search()
  if (found) return found
  note('apt-get install chromium')
  if (await apt('chromium')) {
    const installed = search()
    if (installed) return installed
  }
  note('downloading it with Playwright')
  try {
    const path = await download()
    if (runs(path)) return path
    throw new Error('what it downloaded does not start here')
  } catch (error) {
    throw new Error(
      [
        `There is no Chromium here, and Playwright could not get one (${reason(error)}). Either`,
        '  - install chromium or Google Chrome, or',
        '  - run the tests once as root on Debian, which installs it, or',
        '  - run npx playwright-core install --with-deps chromium, or',
        '  - set CHROMIUM_PATH to one that lies elsewhere: CHROMIUM_PATH=… npm test'
      ].join('\n')
    )
  }
}

function runs(file: string): boolean {
  return spawnSync(file, ['--version'], { stdio: 'ignore' }).status === 0
}

async function downloaded(): Promise<string> {
  await promisify(execFile)('playwright-core', ['install', '--no-shell', 'chromium'])
  return chromium.executablePath()
}

function reason(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n')[0] ?? ''
}
