/* The first that fits: every browser claims to be some of the later ones, too. */
const BROWSERS = { Edge: /\bEdgA?\//, Opera: /\bOPR\//, Firefox: /\b(Firefox|FxiOS)\//, Chrome: /\b(Chrome|CriOS)\//, Safari: /\bSafari\//, curl: /^curl\// };
const SYSTEMS = { Android: /\bAndroid\b/, iPhone: /\biPhone\b/, iPad: /\biPad\b/, Windows: /\bWindows\b/, macOS: /\bMac OS X\b/, ChromeOS: /\bCrOS\b/, Linux: /\bLinux\b/ };

/** "Firefox · Linux" for a browser's `User-Agent`; what is none stays as it is. */
export function agentName(agent) {
  const names = [BROWSERS, SYSTEMS].map((table) => Object.keys(table).find((name) => table[name].test(agent)));
  return names[0] ? names.filter(Boolean).join(' · ') : agent;
}
