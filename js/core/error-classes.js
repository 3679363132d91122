// The platform's error classes (docs/platform.md section 6).

const NAMES = ['RetryError', 'ValidationError', 'InvalidEventPayload', 'EventNotSupported', 'DropEvent'];

function errorClass(name) {
  // The documentation's samples pass further arguments, which are ignored.
  const Class = {
    [name]: class extends Error {
      constructor(message) {
        super(message);
      }
    },
  }[name];
  // The name is on the prototype, so that it shows in stacks and not among an error's own properties.
  Object.defineProperty(Class.prototype, 'name', {
    value: name,
    writable: true,
    configurable: true,
  });
  return Class;
}

export const errorClasses = Object.fromEntries(NAMES.map((name) => [name, errorClass(name)]));
