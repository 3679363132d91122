// build.rs evaluates this file when it makes the startup snapshot. What the engine needs is left on
// `__segfn`. The engine takes that, and deletes it, when it starts an instance.
import { setUpAsyncStub } from './core/async-ops.js';
import { core, ops, primordials, start } from './core/host.js';
import { defineGlobals, restrictTo } from './core/globals.js';
import { defaultHandlers } from './core/default-handlers.js';
import { describeThrown } from './core/thrown.js';
import { define, require, requireWhole, setNames } from './core/bundles.js';
import { becomeNode20, becomeNode20AtStart } from './core/node20.js';
import { freeze } from './core/determinism.js';
import { Segment } from './core/segment.js';
import { request } from './core/server-request.js';
import { numberAnew } from './core/timers.js';
import { fireDue, nextTimer, startAnew } from './core/virtual-timers.js';
import { warmUp } from './core/warm-up.js';
import { registerDomErrors } from './core/web.js';

registerDomErrors();

globalThis.__segfn = {
  start() {
    start();
    becomeNode20AtStart();
  },
  define,
  require,
  requireWhole,
  warmUp,
  setNames,
  defaultHandlers,
  describeThrown,
  segment: Segment,
  request,
  freeze,
  nextTimer,
  fireDue,
  startAnew() {
    startAnew();
    numberAnew();
  },
  restrictTo,
  // Not by a method, which a function may have replaced.
  sourceOf: (handler) => primordials.FunctionPrototypeToString(handler),

  // build.rs calls this once all bundles are known. What every function will run is compiled by `compile`.
  finish(compile) {
    core.setReportExceptionCallback((error) => ops.op_uncaught(error));
    const { createConsole } = require('segfn:console');
    becomeNode20();
    this.window = defineGlobals(createConsole((level, text) => ops.op_log(level, text)));
    const atStart = [this.start, start, queueMicrotask, becomeNode20AtStart, setUpAsyncStub, restrictTo, this.sourceOf];
    for (const each of [...atStart, JSON.stringify]) compile(each);
  },
};
