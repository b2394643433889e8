/** Runs both in turns, so that what else the machine does falls on both alike, and answers the median ratio of their speeds. */
export async function paired(name: string, raw: () => unknown, ours: () => unknown, rounds: number, calls: number) {
  const ratios: number[] = []
  let [rawUs, oursUs] = [0, 0]
  for (let round = 0; round < rounds + 5; round++) {
    const order = round % 2 === 0 ? [raw, ours] : [ours, raw]
    const took = new Map<() => unknown, number>()
    for (const side of order) {
      const start = performance.now()
      for (let call = 0; call < calls; call++) await side()
      took.set(side, (performance.now() - start) * (1000 / calls))
    }
    if (round < 5) continue
    ratios.push(took.get(raw)! / took.get(ours)!)
    rawUs += took.get(raw)! / rounds
    oursUs += took.get(ours)! / rounds
  }
  const median = ratios.sort((a, b) => a - b)[ratios.length >> 1]!
  console.log(`${name.padEnd(44)} ${median.toFixed(2)}x  raw ${rawUs.toFixed(2)} us  ours ${oursUs.toFixed(2)} us`)
}
