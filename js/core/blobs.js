// What deno_web's Blob stands on. In deno_web itself, Rust holds the bytes, where neither V8 nor the limit of memory
// counts them. Here the number of a part is its bytes.
import { ops, primordials } from './host.js';

const { NumberPrototypeToString, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength } = primordials;
const { TypedArrayPrototypeGetByteOffset, Uint8Array } = primordials;

const copy = (bytes) => new Uint8Array(bytes);

/** A name for a Blob. Functions have nothing that would read it. */
function objectUrl() {
  const random = new Uint8Array(16);
  ops.op_crypto_random(random);
  let url = 'blob:nodedata:';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) url += '-';
    url += NumberPrototypeToString(random[i] + 256, 16)[1] + NumberPrototypeToString(random[i] + 256, 16)[2];
  }
  return url;
}

export const blobOps = {
  __proto__: null,
  op_blob_create_part: copy,
  op_blob_slice_part: (bytes, { start, len }) =>
    new Uint8Array(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes) + start, len),
  op_blob_read_part: copy,
  op_blob_clone_part: (bytes) => ({ uuid: bytes, size: TypedArrayPrototypeGetByteLength(bytes) }),
  op_blob_create_object_url: objectUrl,
  op_blob_revoke_object_url() {},
  op_blob_from_object_url: () => null,
};

/** Bytes need nobody to free them. */
export class SafeFinalizationRegistry {
  register() {}
  unregister() {}
}
