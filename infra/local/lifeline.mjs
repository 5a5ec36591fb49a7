// Loaded into what bootstrap.mjs runs: when that one was killed, and so can pass no signal on, the program stops as if
// it had been asked to.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
