/** The areas of a host's page, from what runs short first to what hardly ever does. */
import { cpu } from './areas/cpu.ts'
import { disks } from './areas/disks.ts'
import { memory } from './areas/memory.ts'
import { network } from './areas/network.ts'
import { agent, processes } from './areas/rest.ts'
import type { Area } from './panel.ts'

export const AREAS: readonly Area[] = [cpu, memory, disks, network, processes, agent]

/** Of all charts, those of devices too. */
export const METRICS_SHOWN: readonly string[] = [
  ...new Set(
    AREAS.flatMap(({ panels, devices = [] }) => [
      ...panels.flatMap(({ metrics }) => metrics),
      ...devices.flatMap(({ panels: of }) => of('').flatMap(({ metrics }) => metrics))
    ])
  )
]
