import { directoryEventTypes } from '@indwell/core'
import { describe, expect, it } from 'vitest'
import { eventTypesWhere, logTypeOf } from './log-type'

/** Of the service's list. */
const codes = ['sapi', 'ss', 'sdu', 'sce', 'scp', 'scpn', 'scu', 'fv', 'fcpn', 'organization_member_added']

describe('types of logs', () => {
  it('are the service’s, with a description, for every type of event', () => {
    for (const eventType of directoryEventTypes) {
      expect(codes).toContain(logTypeOf(eventType).code)
      expect(logTypeOf(eventType).description).not.toBe('')
    }
    expect(new Set(directoryEventTypes.map((eventType) => logTypeOf(eventType).code))).toEqual(new Set(codes))
  })

  it('never say that somebody logged in', () => {
    expect(eventTypesWhere(({ code }) => ['s', 'f', 'seacft', 'slo'].includes(code))).toEqual([])
  })

  it('name what is not known by itself', () => {
    for (const type of ['user.levitated', '__proto__', 'toString']) {
      expect(logTypeOf(type)).toEqual({ code: 'sapi', description: type })
    }
  })

  it.each([
    ['ss', ['user.human.added']],
    ['sdu', ['user.removed']],
    ['scu', ['user.username.changed']],
    ['organization_member_added', ['org.member.added']],
    ['scpn', ['user.human.phone.changed', 'user.human.phone.removed']],
  ])('%s is of %j', (code, eventTypes) => {
    expect(eventTypesWhere((type) => type.code === code)).toEqual(eventTypes)
  })
})
