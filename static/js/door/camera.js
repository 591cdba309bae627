// Reading codes by the camera: by the browser itself where it can, else by a reader that comes with the app.

const PAUSE = 120;

async function detector(addresses) {
  if ("BarcodeDetector" in globalThis) {
    try {
      if ((await globalThis.BarcodeDetector.getSupportedFormats()).includes("qr_code")) return new globalThis.BarcodeDetector({ formats: ["qr_code"] });
    } catch {
      // It says it can, and cannot.
    }
  }
  if (!addresses.js || !addresses.wasm) throw new Error("no reader");
  if (!globalThis.BarcodeDetectionAPI) {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = addresses.js;
      script.onload = resolve;
      script.onerror = () => reject(new Error("no reader"));
      document.head.append(script);
    });
  }
  const made = globalThis.BarcodeDetectionAPI;
  made.prepareZXingModule({ overrides: { locateFile: (name) => (name.endsWith(".wasm") ? addresses.wasm : name) } });
  return new made.BarcodeDetector({ formats: ["qr_code"] });
}

export class Camera {
  constructor(video, addresses, found) {
    Object.assign(this, { video, addresses, found });
    this.stream = null;
  }

  get running() {
    return this.stream !== null;
  }

  // Throws what the browser says when there is none, or it may not be used.
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    try {
      const reader = await detector(this.addresses);
      this.video.srcObject = this.stream;
      await this.video.play();
      this.#look(reader);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  async #look(reader) {
    while (this.stream) {
      try {
        const [code] = this.video.readyState >= 2 ? await reader.detect(this.video) : [];
        if (code && this.stream) await this.found(code.rawValue);
      } catch (error) {
        console.warn("camera", error);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }
}
