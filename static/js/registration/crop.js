// Which part of a photo is kept: shown in a canvas, chosen by three sliders or by dragging. The server cuts the same part
// (eventsapp/registration/enrolment/cropping.py); without this script it takes the middle.

const RATIO = 3 / 4;

export const box = (width, height, zoom, across, down) => {
  const wide = Math.min(width, height * RATIO) / zoom;
  const high = wide / RATIO;
  return { left: (width - wide) * across, top: (height - high) * down, wide, high };
};

const arm = (field) => {
  const input = field.querySelector("input[type=file]");
  const tools = field.querySelector("[data-crop-tools]");
  const canvas = tools.querySelector("[data-crop-picture]");
  const slider = (name) => tools.querySelector(`[name="${field.dataset.name}-${name}"]`);
  const [zoom, across, down] = ["zoom", "across", "down"].map(slider);
  let picture = null;

  const now = () => box(picture.width, picture.height, Number(zoom.value), Number(across.value), Number(down.value));

  const draw = () => {
    if (!picture) return;
    const { left, top, wide, high } = now();
    canvas.getContext("2d").drawImage(picture, left, top, wide, high, 0, 0, canvas.width, canvas.height);
  };

  // What came with a form that was refused, and is sent again with it.
  const keptFile = async () => {
    if (!field.dataset.kept) return null;
    const answer = await fetch(field.dataset.kept);
    return answer.ok ? answer.blob() : null;
  };

  const open = async () => {
    picture = null;
    try {
      const file = input.files[0] || (await keptFile());
      if (file) picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      picture = null; // No picture: the server says so.
    }
    tools.hidden = !picture;
    canvas.dataset.ready = picture ? "yes" : "";
    draw();
  };

  const shift = (one, by) => {
    one.value = String(Math.min(1, Math.max(0, Number(one.value) + by)));
  };

  canvas.addEventListener("pointerdown", (begun) => {
    if (!picture) return;
    canvas.setPointerCapture(begun.pointerId);
    let { clientX: x, clientY: y } = begun;
    const drag = (moved) => {
      const { wide, high } = now();
      const scale = wide / canvas.clientWidth;
      if (picture.width > wide) shift(across, ((x - moved.clientX) * scale) / (picture.width - wide));
      if (picture.height > high) shift(down, ((y - moved.clientY) * scale) / (picture.height - high));
      ({ clientX: x, clientY: y } = moved);
      draw();
    };
    const end = () => {
      canvas.removeEventListener("pointermove", drag);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
    };
    canvas.addEventListener("pointermove", drag);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  });

  for (const one of [zoom, across, down]) one.addEventListener("input", draw);
  input.addEventListener("change", open);
  open();
};

document.querySelectorAll("[data-crop]").forEach(arm);
