// The fields that events have (Segment's spec), for the editor's completion.

import { syntaxTree } from '@codemirror/language';

const text = 'text';
const COMMERCE =
  'order_id product_id products sku name category brand variant price quantity coupon total revenue shipping tax discount currency';
const FIELDS = {
  '': 'type event userId anonymousId messageId timestamp sentAt receivedAt properties traits context integrations name groupId previousId channel',
  properties: `${COMMERCE} value label title url path referrer search`,
  'properties.products[]': COMMERCE,
  traits: 'email name firstName lastName phone company plan createdAt avatar address age title username website',
  'traits.address': 'city country postalCode state street',
  'traits.company': 'name id industry employee_count plan',
  context:
    'active app campaign device ip library locale network os page referrer screen timezone groupId traits userAgent externalIds',
  'context.app': 'name version build namespace',
  'context.campaign': 'name source medium term content',
  'context.device': 'id advertisingId adTrackingEnabled manufacturer model name type version',
  'context.library': 'name version',
  'context.network': 'bluetooth carrier cellular wifi',
  'context.os': 'name version',
  'context.page': 'path referrer search title url',
  'context.screen': 'density height width',
  'context.traits': 'email name phone',
  integrations: 'All',
};
const VALUES = {
  type: ['track', 'identify', 'page', 'screen', 'group', 'alias', 'delete'],
  channel: ['browser', 'server', 'mobile'],
};
const OBJECTS = new Set(['properties', 'traits', 'context', 'integrations', ...Object.keys(FIELDS)]);

const nameOf = (state, property) => {
  const node = property.getChild('PropertyName');
  return node ? state.sliceDoc(node.from + 1, node.to - 1) : '';
};

/** Where in the event `node` is: `context.page`, `properties.products[]`. A batch's events are events. */
function pathOf(state, node) {
  const path = [];
  for (let at = node; at; at = at.parent) {
    if (at.name === 'Property') path.unshift(nameOf(state, at));
    if (at.name === 'Array' && at.parent?.name === 'Property') path.unshift('[]');
  }
  return path.join('.').replaceAll('.[]', '[]');
}

function insertion(path, name) {
  const whole = path ? `${path}.${name}` : name;
  if (whole === 'properties.products') return `"${name}": []`;
  return OBJECTS.has(whole) ? `"${name}": {}` : `"${name}": `;
}

/** A completion source of CodeMirror's. */
export function eventFields(context) {
  const { state, pos, explicit } = context;
  const node = syntaxTree(state).resolveInner(pos, -1);
  const inText = node.name === 'PropertyName' || node.name === 'String';
  const word = context.matchBefore(/"?[\w]*"?$/);
  if (!explicit && !(word && word.to > word.from)) return null;

  // After `"type":` there are values, else there are names.
  const property = node.name === 'Property' ? node : node.parent?.name === 'Property' ? node.parent : null;
  const isValue = property && node.name !== 'PropertyName' && /:\s*"?[\w]*"?$/.test(state.sliceDoc(property.from, pos));
  if (isValue) {
    const values = VALUES[pathOf(state, property)] ?? [];
    const options = values.map((value) => ({ label: `"${value}"`, type: text }));
    return { from: node.name === 'String' ? node.from : (word?.from ?? pos), options, validFor: /^"?\w*"?$/ };
  }
  let object = node;
  while (object && object.name !== 'Object') object = object.parent;
  if (!object) return null;
  const path = pathOf(state, object);
  const there = new Set(object.getChildren('Property').map((each) => nameOf(state, each)));
  const typed = inText ? state.sliceDoc(node.from + 1, node.to).replace(/"$/, '') : '';
  const options = (FIELDS[path] ?? '')
    .split(' ')
    .filter((name) => name && (!there.has(name) || name === typed))
    .map((name) => ({
      label: `"${name}"`,
      displayLabel: name,
      type: 'property',
      apply: place(path, name, inText && node),
    }));
  return { from: inText ? node.from : (word?.from ?? pos), options, validFor: /^"?\w*"?$/ };
}

/** Puts a name there, with its colon and an empty value if it has none yet, and the cursor where one goes on. */
const place = (path, name, node) => (view, _completion, from, to) => {
  const { state } = view;
  const end = node ? Math.max(to, Math.min(node.to, state.doc.lineAt(to).to)) : to;
  const named = /^\s*:/.test(state.sliceDoc(end, end + 20));
  const insert = named ? `"${name}"` : insertion(path, name);
  const inside = /[{[][}\]]$/.test(insert) ? 1 : 0;
  view.dispatch({ changes: { from, to: end, insert }, selection: { anchor: from + insert.length - inside } });
};
