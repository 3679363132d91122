const { uuidv5: make } = uuidv5;
for (const namespace of ['dns', 'URL', 'oid', 'x500', 'null', '6ba7b810-9dad-11d1-80b4-00c04fd430c8']) console.log(namespace, make(namespace, 'example.com'));
console.log(make(make('dns', 'segment.com'), 'ada'), make('dns', 'x', true), make.uuidToString(make.uuidFromString('6ba7b810-9dad-11d1-80b4-00c04fd430c8')));
try {
  make('nope', 'x');
} catch (error) {
  console.log(error.name, error.message);
}
