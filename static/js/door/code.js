// Reading a badge's code and checking its signature, without a network (eventsapp/registration/badges/codes.py says how it is made).

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LENGTH = 120;
const SIGNED = 11;
const VERSION = 1;
const EPOCH = Date.UTC(2000, 0, 1);
const DAY = 86_400_000;

function bytes(text) {
  const out = new Uint8Array((text.length * 5) >> 3);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  }
  return out;
}

// Whether a text that was typed or scanned is meant as a code, rather than as a name to look for.
export function looksLikeCode(text) {
  return /^[^\s]{24,}$/.test(text.trim()) || text.replace(/\s/g, "").length === LENGTH;
}

export async function importKey(jwk) {
  return crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
}

// { genuine, foreign, badge, lastDay }: lastDay as 2027-06-20, in the conference's zone.
export async function read(text, key, conference) {
  const letters = text.replace(/\s/g, "").toUpperCase();
  const content = letters.length === LENGTH ? bytes(letters) : null;
  if (!content || content[0] !== VERSION) return { genuine: false };
  const view = new DataView(content.buffer);
  const said = {
    conference: view.getUint32(1),
    badge: view.getUint32(5),
    lastDay: new Date(EPOCH + view.getUint16(9) * DAY).toISOString().slice(0, 10),
  };
  // Only the own conference's key is here: of another's code nothing can be said but whose it claims to be.
  if (said.conference !== conference) return { genuine: false, foreign: true };
  const genuine = await crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-256" }, key, content.subarray(SIGNED), content.subarray(0, SIGNED));
  return { genuine, foreign: false, ...said };
}
