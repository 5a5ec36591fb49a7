/**
 * One kept HTTP connection of a load generator: writes requests that were made before and reads no more of an answer
 * than its status and where it ends. It shares the machine with what it measures, so it must cost little.
 */
import { connect, type Socket } from 'node:net'

export interface LoadConnection {
  /** Sends a whole request; one at a time. The answer's bytes are there for the moment of the call only. */
  send(request: Uint8Array, answered: (status: number, answer: Buffer) => void): void
  /** Called when it broke or cannot be made: what was being sent has no answer. */
  failed: (error: Error) => void
  close(): void
}

const READ_BYTES = 16 * 1024
const END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('content-length: ')
/** Where the status stands in `HTTP/1.1 202`. */
const STATUS_AT = 9
const ZERO = 48

/** Connects at once; what is sent before that is done waits. */
export function openConnection(port: number): LoadConnection {
  let pending: ((status: number, answer: Buffer) => void) | undefined
  let rest: Buffer = Buffer.alloc(0)

  function read(chunk: Buffer): void {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const head = bytes.indexOf(END)
    const length = head < 0 ? -1 : bytes.indexOf(LENGTH)
    const end = head + END.length + (length < 0 ? 0 : numberAt(bytes, length + LENGTH.length))
    if (head < 0 || bytes.length < end) {
      rest = Buffer.from(bytes)
      return
    }
    rest = Buffer.alloc(0)
    const answered = pending
    pending = undefined
    answered?.(numberAt(bytes, STATUS_AT), bytes)
  }

  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (size, buffer) => {
        read((buffer as Buffer).subarray(0, size))
        return true
      }
    }
  })
  const connection: LoadConnection = {
    send(request, answered) {
      pending = answered
      socket.write(request)
    },
    failed(error) {
      throw error
    },
    close() {
      socket.removeAllListeners('close')
      socket.destroy()
    }
  }
  socket.on('error', (error) => connection.failed(error))
  socket.once('close', () => connection.failed(new Error('the connection was closed')))
  return connection
}

function numberAt(bytes: Buffer, at: number): number {
  let number = 0
  for (let digit = (bytes[at] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - ZERO) {
    number = number * 10 + digit
  }
  return number
}
