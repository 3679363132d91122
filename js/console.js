exports.createConsole = (emit) => {
  const show = (args) => args.map((a) => typeof a === "string" ? a : require("node:util").inspect(a)).join(" ");
  const c = {};
  for (const level of ["log", "info", "debug", "warn", "error"]) c[level] = (...args) => emit(level, show(args));
  return c;
};
