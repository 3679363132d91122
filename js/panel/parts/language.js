// A browser in the locale C calls its language `en-US@posix`, which is none to Intl. uPlot asks Intl for it when it is
// loaded, and that left the page empty. To be imported before uPlot.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
