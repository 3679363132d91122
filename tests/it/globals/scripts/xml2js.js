const text = `<?xml version="1.0"?><!DOCTYPE x><order id="7" xmlns:n="urn:n"><item sku="a">1 &amp; 2</item><item>&#x20AC;</item><n:note><![CDATA[<b>]]></n:note><empty/><true>true</true><num>1.50</num></order>`;
const show = (value) => console.dir(value, { depth: 9 });
show(await xml2js.parseStringPromise(text));
xml2js.parseString(text, { explicitArray: false, mergeAttrs: true, trim: true, normalizeTags: true }, (error, result) => show([error, result]));
const { processors } = xml2js;
show(await xml2js.parseStringPromise(text, {
  explicitRoot: false, charkey: 'text', attrkey: 'at', explicitCharkey: true, emptyTag: null,
  tagNameProcessors: [processors.stripPrefix, processors.firstCharLowerCase],
  valueProcessors: [processors.parseNumbers, processors.parseBooleans],
  attrNameProcessors: [(name) => name.toUpperCase()],
  attrValueProcessors: [processors.parseNumbers],
}));
show(await xml2js.parseStringPromise(text, { explicitChildren: true, preserveChildrenOrder: true, charsAsChildren: true, xmlns: true }));
const builder = new xml2js.Builder({ rootName: 'order', cdata: true, xmldec: { version: '1.0', encoding: 'UTF-8', standalone: true }, renderOpts: { pretty: true, indent: '\t', newline: '\n' } });
console.log(builder.buildObject({ $: { id: 7 }, item: [{ _: '<raw>', $: { sku: 'a' } }, 'plain'], nested: { deep: { er: true, nothing: null } } }));
console.log(new xml2js.Builder({ headless: true, renderOpts: { pretty: false } }).buildObject({ a: { b: ['c', 'd'] } }));
for (const bad of ['<a>', '<a></b>', 'not xml', '<a b=c/>', '<a>&nope;</a>', '']) {
  try {
    show(await xml2js.parseStringPromise(bad));
  } catch (error) {
    console.log(JSON.stringify(bad), error.name, error.message);
  }
}
const parser = new xml2js.Parser({ async: true, chunkSize: 10 });
parser.on('end', (result) => console.log('end event', JSON.stringify(result)));
await parser.parseStringPromise(text);
show(Object.keys(xml2js));
show(xml2js.defaults['0.2'].explicitRoot);
