// What others change: asked for every two seconds, seldom while nobody looks.

const OFTEN = 2000;
const SELDOM = 20000;

export class Live {
  constructor(app) {
    this.app = app;
    this.tag = null;
    this.failed = 0;
    this.timer = null;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.soon(0);
    });
    this.soon(OFTEN);
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    const { store, api, changes, voice, t } = this.app;
    try {
      if (changes.busy) return;
      const seen = store.edit;
      const { status, content, tag } = await api.get("changes", { since: seen }, this.tag ? { "If-None-Match": this.tag } : {});
      if (changes.busy || store.edit !== seen) return;
      if (status === 200) {
        this.tag = tag;
        await this.take(content);
      }
      if (status === 401) voice.notice("bad", t("signIn"));
      else if (status !== 200 && status !== 304) {
        this.failed += 1;
        if (this.failed === 3) voice.notice("warning", t("lost"));
        return;
      }
      this.failed = status === 401 ? 100 : 0;
    } finally {
      const wait = document.hidden ? SELDOM : OFTEN * Math.min(1 + this.failed, 15);
      if (this.failed < 100) this.soon(wait);
    }
  }

  async take(content) {
    const { store, voice } = this.app;
    let complete = true;
    if (content.edits.length) {
      complete = store.apply(content.edits, { ...content, foreign: true });
      for (const edit of content.edits) store.fresh.add(edit.event);
      const said = content.edits.slice(-3).map((edit) => edit.said);
      if (content.edits.length > 3) said.unshift(`+${content.edits.length - 3}`);
      voice.notice("info", said.join(" "));
      setTimeout(() => {
        for (const edit of content.edits) store.fresh.delete(edit.event);
        store.changed();
      }, 6000);
      store.changed();
    }
    if (!complete || content.revision !== store.revision) await this.app.reload();
  }
}
