/** Installs a Debian package, where that is possible without asking anybody. */
import { spawn } from 'node:child_process'
import { findOnPath } from './search-path.ts'

/** True when the package is installed; false when this is not root on a Debian or Ubuntu, or apt failed. */
export async function installWithApt(packageName: string): Promise<boolean> {
  if (process.getuid?.() !== 0 || findOnPath('apt-get', process.env.PATH).length === 0) return false
  const install = ['install', '-y', '--no-install-recommends', packageName]
  // The lists of packages may be missing (a container) or old: then fetch them, and try once more.
  return (await apt(install)) || ((await apt(['update'])) && (await apt(install)))
}

/** Waits up to a minute for another apt that holds the lock. */
function apt(args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=60', ...args], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
