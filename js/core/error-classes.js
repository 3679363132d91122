// The platform's error classes (docs/platform.md section 6).

const NAMES = ['RetryError', 'ValidationError', 'InvalidEventPayload', 'EventNotSupported', 'DropEvent'];

function errorClass(name) {
  // The documentation's samples pass further arguments, which are ignored. The name is each error's own, as in boreal.
  const Class = {
    [name]: class extends Error {
      constructor(message) {
        super(message);
        this.name = name;
      }
    },
  }[name];
  // And the prototype's, so that it begins the stack, which is made before the error has one of its own.
  Object.defineProperty(Class.prototype, 'name', {
    value: name,
    writable: true,
    configurable: true,
  });
  return Class;
}

export const errorClasses = Object.fromEntries(NAMES.map((name) => [name, errorClass(name)]));
