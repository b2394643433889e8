import type { StoredEvent } from '@indwell/core'
import type { History, Version } from './history'
import { entryRegister, held, locked, lockRegister, nameRegister, rightRegister, scene, sceneReason } from './scene'

/** What the log says that the registers of a history were, one after the other. */
export function versionsOfLog(events: readonly StoredEvent[]): Pick<History, 'versions' | 'sequences'> {
  const versions: Version[] = []
  const sequences = new Map<string, number[]>()
  const names = new Map<string, string>()

  for (const { aggregate, type, payload, actor, ...event } of events) {
    const name = `${aggregate.type} ${aggregate.id}`
    const sequence = Number(event.sequence)
    const numbers = sequences.get(name)
    if (numbers === undefined) sequences.set(name, [sequence])
    else numbers.push(sequence)
    const told = payload as { key?: string; value?: unknown; userName?: string; userId?: string }
    // Who writes in his own name writes the id of the call.
    const call = actor.type === 'user' ? String(told.value) : (actor.reason ?? '')
    const note = (register: string, value: string) =>
      versions.push({ register, aggregate: name, sequence, value, call: isBefore(call) ? undefined : call })
    const release = () => {
      const before = names.get(aggregate.id)
      if (before !== undefined) note(nameRegister(before), '')
      names.delete(aggregate.id)
    }
    const take = (userName: string) => {
      if (!(scene.names as readonly string[]).includes(userName)) return
      names.set(aggregate.id, userName)
      note(nameRegister(userName), aggregate.id)
    }

    switch (type) {
      case 'user.metadata.set':
        note(entryRegister(aggregate.id, told.key!), String(told.value))
        break
      case 'user.human.added':
        take(told.userName!)
        break
      case 'user.username.changed':
        release()
        take(told.userName!)
        break
      case 'user.removed':
        release()
        break
      case 'org.member.added':
        note(rightRegister(told.userId!), held)
        break
      case 'org.member.removed':
        note(rightRegister(told.userId!), '')
        break
      case 'user.locked':
        note(lockRegister(aggregate.id), locked)
        break
      case 'user.unlocked':
        note(lockRegister(aggregate.id), '')
        break
    }
  }
  return { versions, sequences }
}

const isBefore = (call: string) => call === sceneReason || call === 'first start'
