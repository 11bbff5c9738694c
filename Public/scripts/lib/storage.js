/*
 * The browser's storage, which may be switched off, full or forbidden. The page then forgets; it does not break.
 */
function tolerant(storage) {
  return {
    read(key) {
      try {
        return storage().getItem(`roomcast.${key}`);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        if (value) storage().setItem(`roomcast.${key}`, value);
        else storage().removeItem(`roomcast.${key}`);
      } catch {
        // Nothing to do: what cannot be kept is asked for again next time.
      }
    },
    /** Of what is kept under names that begin so. */
    keys(prefix) {
      try {
        const whole = `roomcast.${prefix}`;
        return Object.keys(storage()).filter((key) => key.startsWith(whole)).map((key) => key.slice(whole.length - prefix.length));
      } catch {
        return [];
      }
    },
    /** Tells what another tab has written. */
    watch(key, callback) {
      addEventListener('storage', (event) => event.key === `roomcast.${key}` && event.newValue && callback(event.newValue));
    },
  };
}

export const lastingStorage = tolerant(() => localStorage);
export const tabStorage = tolerant(() => sessionStorage);
