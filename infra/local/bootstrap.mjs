// The first step of every npm script: makes sure that the packages and the pinned Node are there, then runs a program
// with them. Plain JavaScript for any Node since 18, without a package: it is what installs them.
//
//   node infra/local/bootstrap.mjs <script.ts> [arguments]
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const bin = join(root, 'node_modules/.bin')
const OLDEST = 24

/** The process that signals go to, and when each was last passed on. */
let current
const passed = {}

async function main([script, ...args]) {
  if (!script) throw new Error('Give the script to run: node infra/local/bootstrap.mjs <script.ts>')
  passOnSignals()
  if (!isInstalled()) await installPackages()
  const node = await pinnedNode()
  // In a session of its own, so that a Ctrl-C, which the terminal and npm both deliver, reaches it once: from here. The
  // channel tells it when this process was killed (lifeline.mjs).
  const lifeline = pathToFileURL(join(here, 'lifeline.mjs')).href
  current = spawn(node, ['--import', lifeline, resolve(root, script), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }
  })
  return ended(current)
}

/** Whether node_modules holds what package-lock.json asks for. npm writes its own list last, so a cut-off install shows. */
function isInstalled() {
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'))
  const wanted = readPackages(join(root, 'package-lock.json'))
  if (!installed || !wanted) return Boolean(installed)
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true // a workspace, not a package
    const there = installed[path]
    if (!there) return Boolean(entry.optional || entry.devOptional)
    return entry.link ? there.link : there.version === entry.version
  })
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

async function installPackages() {
  const start = Date.now()
  const first = !existsSync(join(root, 'node_modules'))
  console.log(first ? 'Installing packages, a minute or so the first time …' : 'Updating packages …')
  const { status, output } = await npm(['ci', '--loglevel=error', '--no-audit', '--no-fund'])
  if (status !== 0) {
    throw new Error(
      `The packages could not be installed. npm ci said:\n\n${inShort(output)}\n\n` +
        'It needs the npm registry (npm ping shows whether it answers) and about 1 GB of disk. Then try again.'
    )
  }
  console.log(`Packages installed in ${((Date.now() - start) / 1000).toFixed(1)} s`)
}

/** The Node of the npm package `node`; the one that runs this where that has no build for this machine. */
async function pinnedNode() {
  const pinned = join(root, 'node_modules/node/bin/node')
  if (isRecent(pinned)) return pinned
  // Its install script was not run: npm may be set to run none.
  console.log(`Getting Node ${OLDEST} …`)
  const { output } = await npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'])
  if (isRecent(pinned)) return pinned
  if (isRecent(process.execPath)) return process.execPath
  throw new Error(
    `Node ${OLDEST} is needed, this is ${process.version}, and the packaged one does not run here. ` +
      `Install Node ${OLDEST} and try again.${output ? `\n\nnpm rebuild node said:\n${inShort(output)}` : ''}`
  )
}

function isRecent(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1]) >= OLDEST
}

/** Runs npm with a Node that is not below node_modules, which it may be about to replace. */
async function npm(args) {
  const path = (process.env.PATH ?? '').split(delimiter).filter((directory) => !directory.startsWith(root))
  const outside = [process.env.npm_node_execpath, process.execPath].find(
    (node) => node && !node.startsWith(root)
  )
  const script = process.env.npm_execpath
  const [command, first] = outside && script?.endsWith('.js') ? [outside, [script]] : ['npm', []]
  current = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path.join(delimiter) }
  })
  let output = ''
  for (const stream of [current.stdout, current.stderr]) {
    stream.on('data', (text) => {
      output += text
    })
  }
  const { code } = await ended(current)
  if (Object.keys(passed).length > 0) process.exit(130)
  return { status: code, output: output.trim() }
}

/** npm names the cause first or last, with its usage or a log in between. */
function inShort(output) {
  const lines = output.split('\n')
  return lines.length <= 24 ? output : [...lines.slice(0, 12), '…', ...lines.slice(-12)].join('\n')
}

function ended(child) {
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => done({ code, signal }))
  })
}

/** The same signal again within half a second is npm repeating what the terminal has said: it is passed on once. */
function passOnSignals() {
  const pass = (signal) => {
    const repeated = Date.now() - (passed[signal] ?? 0) < 500
    passed[signal] = Date.now()
    if (!repeated) current?.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass)
  // A shell between npm and this process may die of a signal without passing it on.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (!process.env.npm_lifecycle_event || process.ppid === parent) return
    clearInterval(watch)
    if (Object.keys(passed).length === 0) pass('SIGTERM')
  }, 500).unref()
}

main(process.argv.slice(2)).then(
  ({ code, signal }) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code
  },
  (error) => {
    console.error(`\n${error.message}`)
    process.exitCode = 1
  }
)
