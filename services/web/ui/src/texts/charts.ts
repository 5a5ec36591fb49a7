/** What charts say, on whichever page. */

export const charts = {
  cpu: 'CPU',
  memory: 'Memory',
  load: 'Load',
  disk: 'Disk usage',
  diskIo: 'Disk I/O',
  network: 'Network',
  legend: 'Values',
  cores: 'cores',
  loads: { one: '1 min', five: '5 min', fifteen: '15 min' },
  more: (count: number) => `and ${count} more`
}
