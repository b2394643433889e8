import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { descriptorSet } from './descriptors.generated'

let registry: FileRegistry | undefined

/**
 * The descriptor of a message. They are read from the set with the first one asked for.
 *
 * @param name - `zitadel.management.v1.GetUserByIDRequest` and so on.
 * @throws {TypeError} when the set does not hold it.
 */
export function descriptorOf(name: string): DescMessage {
  registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSet, 'base64')))
  const found = registry.getMessage(name)
  if (found === undefined) throw new TypeError(`no descriptor of ${name}`)
  return found
}
