// Asking the server. Answers are { status, content, tag }; a status of 0 says that it was not reached.

export class Api {
  constructor(addresses, token) {
    this.addresses = addresses;
    this.token = token;
  }

  async send(address, options = {}) {
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual", ...options,
        headers: { Accept: "application/json", ...options.headers } });
    } catch {
      return { status: 0, content: null };
    }
    // Who is no longer signed in is sent elsewhere.
    if (answer.type === "opaqueredirect") return { status: 401, content: null };
    if (answer.status === 304) return { status: 304, content: null };
    try {
      return { status: answer.status, content: await answer.json(), tag: answer.headers.get("ETag") };
    } catch {
      return { status: answer.ok ? 0 : answer.status, content: null };
    }
  }

  get(name, query = {}, headers = {}) {
    const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined));
    return this.send(`${this.addresses[name]}${search.size ? `?${search}` : ""}`, { headers });
  }

  post(address, content) {
    return this.send(address, { method: "POST", body: JSON.stringify(content),
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token } });
  }

  page(name, code) {
    return this.addresses[name].replace("CODE", encodeURIComponent(code));
  }
}
