import type { Admin } from '../binding'
import { pageDetails } from '../list'
import { memberMessage } from '../members/member-message'
import { searchMembers } from '../members/search-members'

const columns = {
  MEMBER_FIELD_NAME_USER_ID: 'userId',
  MEMBER_FIELD_NAME_CREATION_DATE: 'createdAt',
  MEMBER_FIELD_NAME_CHANGE_DATE: 'changedAt',
  MEMBER_FIELD_NAME_USER_RESOURCE_OWNER: 'user.orgId',
} as const

export const listIamMembers: Admin<'ListIAMMembers'> = {
  async handle({ caller, directory, request: { query, queries, sortingColumn } }) {
    const field = Object.hasOwn(columns, sortingColumn) ? columns[sortingColumn as keyof typeof columns] : 'userId'
    const page = await searchMembers(caller.members, query, queries, [{ field, descending: !query?.asc }])
    return {
      details: pageDetails(page, directory),
      result: page.items.map((member) => memberMessage(member, directory.instanceId)),
    }
  },
}
